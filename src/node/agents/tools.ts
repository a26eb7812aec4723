/** What the agents call their tools. Names are compared without case and punctuation; an unknown tool changes nothing. */

const EDITING = new Set(
  `write edit multiedit notebookedit searchreplace strreplace editfile writefile createfile replacestringinfile
  multireplacestringinfile inserteditintofile editnotebookfile applypatch deletefile renamefile movefile delete create
  strreplaceeditor strreplacebasededittool inserteditfile replace reapply rename move insert`.split(/\s+/),
);
const SHELLS = new Set(
  `bash shell runinterminal runterminalcmd runterminalcommand execcommand runcommand runshellcommand powershell terminal
  localshell createandruntask runtask executecommand`.split(/\s+/),
);

/** Tool names of Copilot in VS Code, which also runs hooks that are written for Claude Code. */
const OF_COPILOT = new Set(
  `createfile replacestringinfile multireplacestringinfile inserteditintofile editnotebookfile applypatch
  runinterminal createandruntask`.split(/\s+/),
);

export type ToolKind = 'edit' | 'shell' | 'none';

export function toolKey(name: string): string {
  // A server's tools come as `mcp__server__tool`.
  const last = name.slice(0, 200).split('__').at(-1) ?? '';
  return last.toLowerCase().replace(/[^a-z0-9]/g, '');
}

export function toolKind(key: string): ToolKind {
  if (EDITING.has(key)) return 'edit';
  return SHELLS.has(key) ? 'shell' : 'none';
}

/** Takes the name as the payload has it: a server's tool of the same name may be any agent's. */
export function isCopilotTool(name: string): boolean {
  return !name.includes('__') && OF_COPILOT.has(toolKey(name));
}
