/**
 * From an agent's payload to a hook event. The three agents' forms are read by one reader that takes any of their field
 * names: an editor may run the hooks of another agent, and payloads change with every version.
 */
import type { Actor, Via } from '../../core/model/origin';
import { utf8 } from '../../core/text/bytes';
import { nodeHash } from '../hash';
import { fileChanges } from './changes';
import type { AgentName, FileChange, HookEvent } from './hookEvent';
import type { Fields } from '../../core/text/fields';
import { child, list, nameOf, object, own, text } from './payload';
import type { ToolKind } from './tools';
import { isCopilotTool, toolKey, toolKind } from './tools';

const MAX_ROOTS = 50;

/** What a payload says happened. `given` is the agent whose hook it is said to be. Events of other kinds do nothing. */
export function readEvent(given: AgentName, payload: Fields): HookEvent {
  const name = (text(payload, 'hook_event_name', 'hookEventName', 'hookName') ?? '').slice(0, 100);
  const key = name.toLowerCase().replace(/[^a-z]/g, '');
  const toolName = text(payload, 'tool_name', 'toolName') ?? '';
  const input = inputOf(payload);
  const answer = child(payload, 'tool_response', 'toolResponse', 'tool_result', 'toolResult');
  const agent = agentOf(given, payload, toolName);
  const session = text(payload, 'session_id', 'sessionId', 'conversation_id', 'conversationId', 'thread_id') ?? '';
  const edited = key === 'afterfileedit' || key === 'aftertabfileedit';
  const shell = key === 'beforeshellexecution' || key === 'aftershellexecution';
  const kind: ToolKind = edited ? 'edit' : shell ? 'shell' : toolKind(toolKey(toolName));
  const changes =
    kind === 'edit'
      ? fileChanges(edited ? 'edit' : toolKey(toolName), edited ? { ...input, ...payload } : input, answer)
      : [];
  return {
    phase: phaseOf(key, answer !== undefined),
    kind,
    agent,
    actor: actorOf(agent, payload, session),
    via: key === 'aftertabfileedit' ? viaOfTab(changes) : 'agent',
    session: session.slice(0, 500),
    call: callOf(payload, session, toolName, shell ? (text(payload, 'command') ?? '') : input),
    cwd: text(payload, 'cwd') ?? text(input, 'cwd', 'working_directory'),
    roots: list(payload, MAX_ROOTS, 'workspace_roots', 'workspaceRoots').filter((each) => typeof each === 'string'),
    failed: key.endsWith('failure') || hasFailed(answer),
    changes,
    patience: patienceOf(agent, key),
  };
}

/** The tool's input: an object, or (Copilot's command line) JSON in a string. */
function inputOf(payload: Fields): Fields {
  const given = child(payload, 'tool_input', 'toolInput', 'toolArgs', 'tool_args', 'arguments');
  if (given !== undefined) return given;
  const quoted = text(payload, 'toolArgs', 'tool_args', 'tool_input');
  if (quoted === undefined) return {};
  try {
    return object(JSON.parse(quoted)) ?? { input: quoted };
  } catch {
    return { input: quoted };
  }
}

function phaseOf(key: string, answered: boolean): HookEvent['phase'] {
  if (key === 'sessionend') return 'end';
  if (key.startsWith('pre') || key.startsWith('before')) return 'before';
  if (key.startsWith('post') || key.startsWith('after')) return 'after';
  // Copilot's command line does not name the event: only the later one has a result.
  return answered ? 'after' : 'before';
}

/** Editors run the hooks that are set up for other agents too: the payload's own marks tell whose edit it is. */
function agentOf(given: AgentName, payload: Fields, tool: string): AgentName {
  if (own(payload, 'cursor_version') !== undefined || text(payload, 'conversation_id') !== undefined) return 'cursor';
  return given === 'claude-code' && isCopilotTool(tool) ? 'copilot' : given;
}

function actorOf(agent: AgentName, payload: Fields, session: string): Actor {
  const model = nameOf(text(payload, 'model', 'model_name', 'modelName'));
  const version = nameOf(text(payload, 'cursor_version', 'agent_version'));
  const id = nameOf(session);
  return {
    tool: agent,
    ...(version === undefined ? {} : { version }),
    ...(model === undefined ? {} : { model }),
    ...(id === undefined ? {} : { session: id }),
  };
}

/** A tab that only adds is a completion at the caret; one that replaces text is a next edit. */
function viaOfTab(changes: readonly FileChange[]): Via {
  const edits = changes.flatMap(({ announced }) => (announced.kind === 'edits' ? announced.edits : []));
  return edits.every((edit) => edit.new.startsWith(edit.old)) ? 'completion' : 'next-edit';
}

function callOf(payload: Fields, session: string, tool: string, input: Fields | string): string {
  const id = text(payload, 'tool_use_id', 'toolUseId', 'tool_call_id', 'toolCallId');
  const what = id ?? `${tool}\0${JSON.stringify(input)}`;
  return nodeHash.sha256(utf8(`${session}\0${what}`)).slice(0, 32);
}

function hasFailed(answer: Fields | undefined): boolean {
  if (own(answer, 'success') === false || own(answer, 'is_error') === true) return true;
  return ['failure', 'denied', 'rejected', 'error'].includes(text(answer, 'resultType', 'result_type') ?? '');
}

function patienceOf(agent: AgentName, key: string): number {
  if (key === 'aftertabfileedit') return 0;
  return agent === 'copilot' ? 2000 : 200;
}
