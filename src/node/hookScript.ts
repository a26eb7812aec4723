/**
 * The marked block that Countersign puts into a hook, and what of a hook is whose. Pure text: `hooks.ts` does the files.
 */

export const HOOKS = ['pre-commit', 'post-commit'] as const;
export type HookName = (typeof HOOKS)[number];

const BEGIN = '# >>> countersign >>> (countersign init writes these lines)';
const END = '# <<< countersign <<<';

/**
 * The block stands in front, where an `exit` or `exec` of the user's own script can't get ahead of it, and runs that
 * script first: it calls the hook again with a mark, keeps its exit status, and acts only when it went well. What the
 * script stages or reformats is thus recorded as it will be committed, and what was staged before it is told along.
 * Some shells end at the first failure (`#!/bin/sh -e`, husky): no command of ours may be one.
 *
 * Where another script reads the hook in with `.`, `$0` is that script: it is not called again, and goes on. Where our
 * lines stand in both, those that come second do nothing. The depth ends any loop that is left.
 */
function block(hook: HookName, hasOwn: boolean): string {
  const isFirst = hook === 'pre-commit';
  const before = isFirst && hasOwn ? '  countersign_before="$(git write-tree 2>/dev/null || :)"\n' : '';
  const told = isFirst && hasOwn ? ' --before "$countersign_before" --mend "$countersign_own"' : '';
  const act = isFirst
    ? `[ "$countersign_status" -eq 0 ] && "$countersign_launch" stage --hook${told} </dev/null || :`
    : // `git commit PATH` leaves a record in the commit that the index lacks: only then is there anything to settle. What the
      // commit folded leaves the work tree, and nothing else does, whatever stands in that list: without a path git would name
      // every untracked file. The list goes last, and not where any of these programs was stopped.
      `[ -n "$(git diff-index --cached --name-only --diff-filter=D HEAD -- .countersign/v1)" ] && "$countersign_launch" settle </dev/null || :
    countersign_folded="$(git rev-parse --git-path countersign/folded)"
    if [ -f "$countersign_folded" ]; then
      { countersign_gone="$(sed -n '\\|^[.]countersign/v1/provenance/[0-9a-f]*/[0-9a-f]*[.]prov$|p' "$countersign_folded")" && countersign_gone="$(echo "$countersign_gone" | xargs git ls-files -o -- .git)" && echo "$countersign_gone" | xargs rm -f -- && rm -f "$countersign_folded"; } 2>/dev/null || :
    fi`;
  return `${BEGIN}
if [ "\${COUNTERSIGN_HOOK:-}\${countersign_past:-}" != ${hook} ]; then
  countersign_status=0 countersign_own=
  [ "\${COUNTERSIGN_DEPTH:-}" = xxx ] || while read -r countersign_line; do
    case "$countersign_line" in '# >>> countersign >>>'*) countersign_own="$0"; break ;; esac
  done 2>/dev/null <"$0" || :
${before}  if [ -n "$countersign_own" ]; then
    [ -x "$0" ] && set -- "$0" "$@" || set -- sh -e "$0" "$@"
    COUNTERSIGN_HOOK=${hook} COUNTERSIGN_DEPTH="x\${COUNTERSIGN_DEPTH:-}" "$@" || countersign_status=$?
  fi
  countersign_launch="$(git rev-parse --git-common-dir)/countersign/launch"
  if [ -x "$countersign_launch" ]; then
    ${act}
  fi
  [ -z "$countersign_own" ] || exit "$countersign_status"
fi
unset COUNTERSIGN_HOOK
countersign_past=${hook}
${END}
`;
}

/** What stands in a hook's place when there was none. */
const EMPTY = '#!/bin/sh\n';

/** The hook with our block, whatever stood there: undefined text is "no hook". Applying it twice changes nothing. */
export function withBlock(hook: HookName, text: string | undefined): string {
  const own = withoutBlock(text ?? EMPTY);
  const shebang = /^#![^\n]*\n/.exec(own)?.[0] ?? '';
  return `${shebang}${block(hook, own.slice(shebang.length).trim() !== '')}${own.slice(shebang.length)}`;
}

/** The hook as it was before. */
export function withoutBlock(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin === -1 || end === -1) return text;
  return text.slice(0, begin) + text.slice(end + END.length).replace(/^\n/, '');
}

/** True when nothing but our block ever stood there. */
export function isOnlyOurs(text: string): boolean {
  return withoutBlock(text) === EMPTY;
}

/** Whether the block can stand in this script: a Bourne shell runs it. Scripts without a first line are run by one. */
export function isShellScript(text: string): boolean {
  if (text.includes('\0')) return false;
  if (!text.startsWith('#!')) return true;
  const words = (text.split('\n')[0] ?? '').slice(2).trim().split(/\s+/);
  const names = words.map((word) => word.split(/[/\\]/).pop() ?? '');
  return names.some((name) => /^(?:ba|da|k|z|a)?sh(?:\.exe)?$/.test(name));
}

/** The line to add by hand where we don't write. */
export function manualLine(hook: HookName): string {
  const call = hook === 'pre-commit' ? 'stage --hook' : 'settle';
  return `"$(git rev-parse --git-common-dir)/countersign/launch" ${call} || true`;
}

const CALL = 'countersign/launch';

/** Whether a hook calls us at all, by our block or by a line that was put there by hand. */
export function callsUs(text: string): boolean {
  return text.includes(CALL);
}

/** Whether a line that was put there by hand records before lint-staged rewrites. Our block runs the rest of its hook first. */
export function recordsTooEarly(hook: HookName, text: string): boolean {
  return hook === 'pre-commit' && !hasBlock(text) && text.lastIndexOf('lint-staged') > text.indexOf(CALL);
}

/** What to do about it. */
export const TOO_EARLY = 'move the line that calls Countersign behind lint-staged';

/** Whether our block, of this version or another, stands in a hook. */
export function hasBlock(text: string): boolean {
  return withoutBlock(text) !== text;
}
