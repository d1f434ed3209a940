// Proposes the slug of a name while it is typed in the admin, by the rule of core/slugs.py for ASCII letters. The slug of
// any other name stays empty until the form is saved: only the server transliterates. Loaded after Django's urlify.js.
window.URLify = function (name, length) {
  if (/[^\x20-\x7e]/.test(name)) return "";
  const words = name.toLowerCase().replace(/\./g, "-").replace(/[^\w\s-]/g, "").replace(/[-\s]+/g, "-");
  return words.replace(/^[-_]+/, "").slice(0, length).replace(/[-_]+$/, "");
};
