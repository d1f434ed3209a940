"""Classification of IP addresses as destinations of outbound requests. No Django: the settings use it."""

from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address


class Reach(Enum):
    """Kind of host that an IP address can belong to."""

    OWN = "own"  # this machine or a private network
    SHARED = "shared"  # a carrier's or overlay network: neither public nor private
    PUBLIC = "public"
    REFUSED = "refused"  # link-local, metadata services, multicast, reserved: never a destination


_OWN = [
    ip_network(each)
    for each in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
]
_SHARED = ip_network("100.64.0.0/10")
_PUBLIC_IPV6 = ip_network("2000::/3")  # all that has been allocated
_NAT64 = ip_network("64:ff9b::/96")
_EMBEDDED_IPV4 = [ip_network(each) for each in ("::/96", "::ffff:0:0/96", "2002::/16", "64:ff9b::/96")]
# Metadata services of cloud providers that are not link-local: AWS, Google, Alibaba, Oracle, Azure.
_METADATA = [
    ip_network(each)
    for each in ("fd00:ec2::/32", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
]


def parse(text: str) -> Address | None:
    """Parse an IP address in its usual notation. Returns None if the text is anything else."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def reach(address: Address) -> Reach:
    """Return the kind of host that an address can belong to.

    An IPv6 address that embeds an IPv4 address is treated as that IPv4 address.
    """
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return Reach.REFUSED
        address = _embedded(address) or address
    if any(address in network for network in _METADATA):
        return Reach.REFUSED
    if any(address in network for network in _OWN):
        return Reach.OWN
    if address in _SHARED:
        return Reach.SHARED
    is_public = address.is_global and not address.is_multicast
    if isinstance(address, IPv6Address):
        is_public = is_public and address in _PUBLIC_IPV6
    return Reach.PUBLIC if is_public else Reach.REFUSED


def embeds_ipv4(address: Address) -> bool:
    """Return True for an IPv6 notation of an IPv4 address: mapped, compatible, 6to4 or NAT64."""
    own = (IPv6Address("::"), IPv6Address("::1"))
    return address not in own and any(address in network for network in _EMBEDDED_IPV4)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
