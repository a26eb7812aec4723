import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { AgentName, HookEvent } from '../../../src/node/agents/hookEvent';
import { AGENTS } from '../../../src/node/agents/hookEvent';
import { isPatch, patchChanges } from '../../../src/node/agents/patch';
import { MAX_PAYLOAD, parsePayload } from '../../../src/node/agents/payload';
import { absolutePath } from '../../../src/node/agents/places';
import { readEvent } from '../../../src/node/agents/readEvent';

function read(agent: AgentName, payload: unknown): HookEvent {
  const fields = parsePayload(typeof payload === 'string' ? payload : JSON.stringify(payload));
  if (typeof fields === 'string') assert.fail(fields);
  return readEvent(agent, fields);
}

const claude = (event: string, tool: string, input: unknown, more: object = {}): object => ({
  session_id: 's-1',
  transcript_path: '/home/u/.claude/projects/p/s-1.jsonl',
  cwd: '/p',
  permission_mode: 'default',
  hook_event_name: event,
  tool_name: tool,
  tool_use_id: 't-1',
  tool_input: input,
  ...more,
});

describe('hook payloads', () => {
  const edit = { kind: 'edits', edits: [{ old: 'a', new: 'b', all: false }] };
  const cases: readonly [string, AgentName, object, Partial<HookEvent>][] = [
    [
      'Claude Code, Write',
      'claude-code',
      claude('PostToolUse', 'Write', { file_path: '/p/a.ts', content: 'x\r\ny\n' }),
      { phase: 'after', kind: 'edit', changes: [{ path: '/p/a.ts', announced: { kind: 'write', content: 'x\ny\n' } }] },
    ],
    [
      'Claude Code, Edit with what stood before',
      'claude-code',
      claude(
        'PostToolUse',
        'Edit',
        { file_path: 'a.ts', old_string: 'a', new_string: 'b' },
        { tool_response: { originalFile: 'a\n' } },
      ),
      { changes: [{ path: 'a.ts', announced: edit, original: 'a\n' } as never] },
    ],
    [
      'Claude Code, Edit everywhere',
      'claude-code',
      claude('PreToolUse', 'Edit', { file_path: 'a.ts', old_string: 'a', new_string: 'b', replace_all: true }),
      {
        phase: 'before',
        changes: [{ path: 'a.ts', announced: { kind: 'edits', edits: [{ old: 'a', new: 'b', all: true }] } }],
      },
    ],
    [
      'Claude Code, MultiEdit',
      'claude-code',
      claude('PostToolUse', 'MultiEdit', { file_path: 'a.ts', edits: [{ old_string: 'a', new_string: 'b' }, 7, null] }),
      { changes: [{ path: 'a.ts', announced: edit } as never] },
    ],
    [
      'Claude Code, NotebookEdit',
      'claude-code',
      claude('PostToolUse', 'NotebookEdit', { notebook_path: 'n.ipynb', new_source: 'x = "1"\ny' }),
      {
        changes: [
          {
            path: 'n.ipynb',
            announced: { kind: 'lines', lines: ['"x = \\"1\\"\\n"', '"x = \\"1\\"\\n",', '"y"', '"y",'] },
          },
        ],
      },
    ],
    [
      'Claude Code, Bash',
      'claude-code',
      claude('PreToolUse', 'Bash', { command: 'ls' }),
      { kind: 'shell', changes: [] },
    ],
    [
      'Claude Code, Read',
      'claude-code',
      claude('PostToolUse', 'Read', { file_path: 'a.ts' }),
      { kind: 'none', changes: [] },
    ],
    ['Claude Code, a call that failed', 'claude-code', claude('PostToolUseFailure', 'Edit', {}), { failed: true }],
    [
      'Claude Code, the end',
      'claude-code',
      { session_id: 's', hook_event_name: 'SessionEnd', reason: 'exit' },
      { phase: 'end' },
    ],
    [
      'a server’s tool',
      'claude-code',
      claude('PostToolUse', 'mcp__filesystem__edit_file', { path: 'a.ts', edits: [{ oldText: 'a', newText: 'b' }] }),
      { kind: 'edit', changes: [{ path: 'a.ts', announced: edit } as never] },
    ],
    [
      'VS Code, create_file',
      'copilot',
      {
        hookEventName: 'PostToolUse',
        sessionId: 'v',
        cwd: '/p',
        tool_name: 'create_file',
        tool_input: { filePath: '/p/n.ts', content: 'x\n' },
      },
      {
        phase: 'after',
        session: 'v',
        changes: [{ path: '/p/n.ts', announced: { kind: 'write', content: 'x\n' } }],
        patience: 2000,
      },
    ],
    [
      'VS Code, running a hook of Claude Code’s',
      'claude-code',
      claude('PostToolUse', 'replace_string_in_file', { filePath: '/p/a.ts', oldString: 'a', newString: 'b' }),
      {
        agent: 'copilot',
        actor: { tool: 'copilot', session: 's-1' },
        changes: [{ path: '/p/a.ts', announced: edit } as never],
      },
    ],
    [
      'VS Code, several replacements in several files',
      'copilot',
      claude('PostToolUse', 'multi_replace_string_in_file', {
        explanation: '',
        replacements: [
          { filePath: 'a.ts', oldString: 'a', newString: 'b' },
          { filePath: 'c.ts', oldString: 'a', newString: 'b' },
        ],
      }),
      { changes: [{ path: 'a.ts', announced: edit } as never, { path: 'c.ts', announced: edit } as never] },
    ],
    [
      'VS Code, insert_edit_into_file',
      'copilot',
      claude('PostToolUse', 'insert_edit_into_file', { filePath: 'a.ts', code: '// …\nx();\n' }),
      { changes: [{ path: 'a.ts', announced: { kind: 'lines', lines: ['// \u00e2\u0080\u00a6', 'x();', ''] } }] },
    ],
    [
      'Copilot’s command line: arguments in a string, no event name',
      'copilot',
      {
        timestamp: 1,
        cwd: '/p',
        toolName: 'edit',
        toolArgs: '{"path":"a.ts","old_str":"a","new_str":"b"}',
        toolResult: { resultType: 'success' },
      },
      { phase: 'after', kind: 'edit', changes: [{ path: 'a.ts', announced: edit } as never] },
    ],
    [
      'Copilot’s command line, before, and arguments that are no JSON',
      'copilot',
      { cwd: '/p', toolName: 'bash', toolArgs: 'ls -l' },
      { phase: 'before', kind: 'shell' },
    ],
    [
      'Copilot’s command line, refused',
      'copilot',
      { cwd: '/p', toolName: 'create', toolArgs: '{}', toolResult: { resultType: 'denied' } },
      { failed: true },
    ],
    [
      'looking at a file with the editing tool',
      'copilot',
      { cwd: '/p', toolName: 'str_replace_editor', toolArgs: '{"command":"view","path":"a.ts"}' },
      { changes: [] },
    ],
    [
      'a rename',
      'copilot',
      claude('PostToolUse', 'rename_file', { old_path: 'a.ts', new_path: 'b.ts' }),
      { changes: [{ path: 'b.ts', from: 'a.ts', announced: { kind: 'edits', edits: [] } }] },
    ],
    [
      'Cursor, afterFileEdit',
      'cursor',
      {
        conversation_id: 'c',
        generation_id: 'g',
        model: 'm',
        cursor_version: '2.1',
        hook_event_name: 'afterFileEdit',
        workspace_roots: ['/p'],
        file_path: '/p/a.ts',
        edits: [{ old_string: 'a', new_string: 'b' }],
      },
      {
        phase: 'after',
        via: 'agent',
        roots: ['/p'],
        actor: { tool: 'cursor', version: '2.1', model: 'm', session: 'c' },
        changes: [{ path: '/p/a.ts', announced: edit } as never],
      },
    ],
    [
      'Cursor, a tab that completes',
      'cursor',
      {
        conversation_id: 'c',
        hook_event_name: 'afterTabFileEdit',
        file_path: '/p/a.ts',
        edits: [
          {
            old_string: 'bar',
            new_string: 'bar_completed',
            range: { start_line_number: 2, start_column: 1, end_line_number: 2, end_column: 4 },
          },
        ],
      },
      { via: 'completion', patience: 0 },
    ],
    [
      'Cursor, a tab that rewrites',
      'cursor',
      {
        conversation_id: 'c',
        hook_event_name: 'afterTabFileEdit',
        file_path: '/p/a.ts',
        edits: [{ old_string: 'bar', new_string: 'foo' }],
      },
      { via: 'next-edit' },
    ],
    [
      'Cursor, running a hook of Claude Code’s',
      'claude-code',
      {
        conversation_id: 'c',
        cursor_version: '2',
        hook_event_name: 'postToolUse',
        tool_name: 'StrReplace',
        tool_input: { path: 'a.ts', old_string: 'a', new_string: 'b' },
      },
      { agent: 'cursor', changes: [{ path: 'a.ts', announced: edit } as never] },
    ],
    [
      'Copilot, running a hook of Claude Code’s',
      'claude-code',
      claude('PreToolUse', 'apply_patch', { input: '*** Begin Patch\n*** Delete File: a.ts', explanation: 'x' }),
      { agent: 'copilot', patience: 2000 },
    ],
    [
      'Cursor, patching in a hook of Claude Code’s',
      'claude-code',
      {
        ...claude('preToolUse', 'ApplyPatch', { patch: '*** Begin Patch\n*** Delete File: a.ts' }),
        cursor_version: '2',
      },
      { agent: 'cursor' },
    ],
    [
      'Claude Code, a server’s tool of the same name',
      'claude-code',
      claude('PreToolUse', 'mcp__files__apply_patch', { patch: '*** Begin Patch\n*** Delete File: a.ts' }),
      { agent: 'claude-code', kind: 'edit' },
    ],
    [
      'Cursor, Delete',
      'cursor',
      claude('postToolUse', 'Delete', { path: 'a.ts' }),
      { changes: [{ path: 'a.ts', announced: { kind: 'delete' } }] },
    ],
    [
      'Cursor, a command',
      'cursor',
      { conversation_id: 'c', hook_event_name: 'beforeShellExecution', command: 'make', cwd: '/p' },
      { phase: 'before', kind: 'shell' },
    ],
    [
      'fields of other types',
      'cursor',
      { hook_event_name: 7, tool_name: [], tool_input: 'x', cwd: {}, workspace_roots: [1, null], session_id: 3 },
      { kind: 'none', session: '', roots: [] },
    ],
  ];
  for (const [name, agent, payload, expected] of cases) {
    it(name, () => {
      const event = read(agent, payload);
      for (const [key, value] of Object.entries(expected)) {
        assert.deepEqual((event as unknown as Record<string, unknown>)[key], value, key);
      }
    });
  }

  it('have one id before and after a call, also where the agent gives none', () => {
    const input = { file_path: 'a.ts', content: 'x' };
    const pair = (more: object): [string, string] => [
      read('claude-code', { ...claude('PreToolUse', 'Write', input), ...more }).call,
      read('claude-code', { ...claude('PostToolUse', 'Write', input), ...more, tool_response: {} }).call,
    ];
    for (const more of [{}, { tool_use_id: undefined }]) {
      const [before, after] = pair(more);
      assert.equal(before, after);
    }
    const other = read('claude-code', {
      ...claude('PreToolUse', 'Write', input),
      tool_use_id: undefined,
      session_id: 's-2',
    });
    assert.notEqual(other.call, pair({ tool_use_id: undefined })[0]);
  });

  it('may hold raw control characters in their strings', () => {
    const event = read(
      'cursor',
      '{"hook_event_name":"postToolUse","tool_name":"Write","tool_input":{"path":"a.ts","content":"x\n\ty\\"\u0001"}}',
    );
    assert.deepEqual(event.changes, [{ path: 'a.ts', announced: { kind: 'write', content: 'x\n\ty"\u0001' } }]);
  });

  it('that are malformed, empty, too deep or too large are refused in words of our own', () => {
    for (const text of [
      '',
      '   ',
      '{',
      '[]',
      '"x"',
      'null',
      `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`,
      'x'.repeat(MAX_PAYLOAD + 1),
    ]) {
      const refused = parsePayload(text);
      assert.ok(typeof refused === 'string' && refused.startsWith('expected '), text.slice(0, 40));
    }
    assert.deepEqual(parsePayload('\ufeff{"a":1}'), { a: 1 });
  });

  it('can be anything at all', () => {
    const names = [
      'hook_event_name',
      'tool_name',
      'tool_input',
      'file_path',
      'edits',
      'content',
      'patch',
      'old_string',
      'new_string',
      '__proto__',
      'constructor',
      'toolArgs',
      'tool_response',
    ];
    const tools = [
      'Write',
      'Edit',
      'apply_patch',
      'rename_file',
      'MultiEdit',
      'PostToolUse',
      '*** Begin Patch\n*** Update File: x\n@@\n+y',
      '*** Add File:',
    ];
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<unknown>(...tools, null, 1, true, '', [], {}),
        fc.string(),
        tie('object'),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
      object: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('value'), { maxKeys: 6 }),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(...AGENTS), (payload, agent) => {
        const fields = parsePayload(JSON.stringify(payload));
        if (typeof fields !== 'string') readEvent(agent, fields);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => void parsePayload(text)),
      { numRuns: 500 },
    );
  });
});

describe('patches', () => {
  it('name their files, additions, removals and moves', () => {
    const patch = [
      '*** Begin Patch',
      '*** Add File: new file.ts',
      '+one',
      '+two',
      '*** Update File: a.ts',
      '*** Move to: lib/b.ts',
      '@@ class A',
      ' kept',
      '-gone',
      '+came',
      ' kept too',
      '*** Delete File: old.ts',
      '*** Update File: c.ts',
      '@@',
      '+only added',
      '*** End of File',
      '*** End Patch',
      '*** Add File: after-the-end.ts',
    ].join('\r\n');
    assert.equal(isPatch(patch), true);
    assert.deepEqual(patchChanges(patch).slice(0, 4), [
      { path: 'new file.ts', announced: { kind: 'write', content: 'one\ntwo\n' } },
      {
        path: 'lib/b.ts',
        from: 'a.ts',
        announced: { kind: 'edits', edits: [{ old: 'kept\ngone\nkept too', new: 'kept\ncame\nkept too', all: false }] },
      },
      { path: 'old.ts', announced: { kind: 'delete' } },
      { path: 'c.ts', announced: { kind: 'lines', lines: ['only added'] } },
    ]);
  });

  it('can be anything at all', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '*** Begin Patch',
        '*** Update File: a',
        '*** Add File: ',
        '*** Move to: ',
        '@@',
        '+',
        '-',
        ' ',
        '*** End Patch',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => void patchChanges(lines.join('\n'))),
      { numRuns: 500 },
    );
  });
});

describe('paths in payloads', () => {
  it('are absolute, relative, URIs, or as an editor on Windows writes them', () => {
    assert.equal(absolutePath('/p/a.ts', '/w'), '/p/a.ts');
    assert.equal(absolutePath('src/a.ts', '/w'), '/w/src/a.ts');
    assert.equal(absolutePath('file:///p/a%20b.ts', '/w'), '/p/a b.ts');
    assert.equal(absolutePath('/c:/Users/u/a.ts', '/w', 'win32'), 'c:\\Users\\u\\a.ts');
    for (const none of ['', 'a\0b', 'untitled://x', 'vscode-notebook-cell://a/b', 'file://%zz', 'x'.repeat(5000)]) {
      assert.equal(absolutePath(none, '/w'), undefined, none.slice(0, 40));
    }
  });
});
