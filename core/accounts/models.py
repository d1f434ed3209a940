"""No table of our own. Without this module Django would send us no post_migrate."""
