/**
 * Languages in which white space at the start of a line changes what the program means. There a change of indentation
 * that nobody has on record turns `human` into `unknown`.
 */
const EXTENSIONS = new Set(
  'py pyi pyx pyw yml yaml mk mak hs lhs fs fsi fsx nim nims sass pug jade haml slim coffee elm ml gd rst md styl purs idr agda cabal j2'.split(
    ' ',
  ),
);
const NAMES = new Set(['makefile', 'gnumakefile', 'sconstruct', 'snakefile', 'jenkinsfile']);

/** True when indentation is syntax in this file, judged by its name. A file whose name says nothing counts as such. */
export function indentationIsSyntax(path: string): boolean {
  const name = (path.split('/').pop() ?? '').toLowerCase();
  if (NAMES.has(name)) return true;
  const dot = name.lastIndexOf('.');
  return dot <= 0 || EXTENSIONS.has(name.slice(dot + 1));
}
