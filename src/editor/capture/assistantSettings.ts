/** The user's settings about assistants and extensions: read with a clear word about what is wrong with them. */
import type { Problem } from '../../core/model/problem';
import { isFields } from '../../core/text/fields';
import type { AcceptCommand, Assistant, AssistantSettings, Offer } from './assistants';
import { ACCEPT_VIAS, OFFERS } from './assistants';

/** As the schema of the manifest has them; the editor only underlines what does not fit, so it is checked here. */
const EXTENSION_ID = /^[a-z0-9][a-z0-9-]{0,99}\.[a-z0-9][a-z0-9._-]{0,99}$/i;
const MOST_ENTRIES = 200;
const MOST_TEXT = 200;

export interface ParsedAssistantSettings {
  readonly settings: AssistantSettings;
  /** `field` as in settings.json; what is at fault is left out, the rest holds. */
  readonly problems: readonly Problem[];
}

/** Takes the values of `countersign.assistants` and `countersign.extensionEdits`, whatever they are. */
export function parseAssistantSettings(assistants: unknown, edits: unknown): ParsedAssistantSettings {
  const problems: Problem[] = [];
  const report = (field: string, message: string): undefined => {
    if (problems.length < MOST_ENTRIES) problems.push({ code: 'setting-invalid', path: '', field, message });
    return undefined;
  };
  const known = listOf(assistants, 'countersign.assistants', report).flatMap((entry, index) => {
    return assistantOf(entry, `countersign.assistants[${index}]`, report) ?? [];
  });
  return { settings: { assistants: known, edits: editsOf(edits, report) }, problems };
}

type Report = (field: string, message: string) => undefined;

function assistantOf(entry: unknown, field: string, report: Report): Assistant | undefined {
  if (!isFields(entry)) return report(field, 'Expected an object with `extension` and `offers`.');
  const { extension, name, offers, accepts } = entry;
  if (typeof extension !== 'string' || !EXTENSION_ID.test(extension)) {
    return report(`${field}.extension`, 'Expected the id of an extension, such as "acme.pilot".');
  }
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.length > MOST_TEXT)) {
    return report(`${field}.name`, `Expected a name of at most ${MOST_TEXT} characters, or none.`);
  }
  const offered = listOf(offers, `${field}.offers`, report).map((each) => OFFERS.find((offer) => offer === each));
  const isKnown = (each: Offer | undefined): each is Offer => each !== undefined;
  if (offered.length === 0 || !offered.every(isKnown)) {
    return report(`${field}.offers`, `Expected a list of some of ${OFFERS.map((each) => `"${each}"`).join(', ')}.`);
  }
  const commands = listOf(accepts ?? [], `${field}.accepts`, report).flatMap((each, index) => {
    return acceptCommandOf(each, `${field}.accepts[${index}]`, report) ?? [];
  });
  return { name: name ?? extension, extensions: [extension], offers: offered, accepts: commands };
}

function acceptCommandOf(entry: unknown, field: string, report: Report): AcceptCommand | undefined {
  if (!isFields(entry)) return report(field, 'Expected an object with `command` and `via`.');
  const { command } = entry;
  if (typeof command !== 'string' || !/^\S+$/.test(command) || command.length > MOST_TEXT) {
    return report(`${field}.command`, 'Expected the id of a command, such as "acme.accept".');
  }
  const via = ACCEPT_VIAS.find((each) => each === entry['via']);
  if (via === undefined) {
    return report(`${field}.via`, `Expected one of ${ACCEPT_VIAS.map((each) => `"${each}"`).join(', ')}.`);
  }
  return { command, via };
}

function editsOf(given: unknown, report: Report): ReadonlyMap<string, 'ai' | 'tool'> {
  const edits = new Map<string, 'ai' | 'tool'>();
  if (given === undefined) return edits;
  if (!isFields(given)) {
    report('countersign.extensionEdits', 'Expected an object of extension ids, each with "ai" or "tool".');
    return edits;
  }
  for (const [id, value] of Object.entries(given).slice(0, MOST_ENTRIES)) {
    const field = `countersign.extensionEdits["${id.slice(0, MOST_TEXT)}"]`;
    if (!EXTENSION_ID.test(id)) report(field, 'Expected the id of an extension, such as "acme.pilot".');
    else if (value === 'ai' || value === 'tool') edits.set(id.toLowerCase(), value);
    else report(field, 'Expected "ai" or "tool". An extension’s edits are never a person’s.');
  }
  return edits;
}

function listOf(value: unknown, field: string, report: Report): readonly unknown[] {
  if (Array.isArray(value)) {
    if (value.length > MOST_ENTRIES) report(field, `Expected at most ${MOST_ENTRIES} entries; the rest is ignored.`);
    return value.slice(0, MOST_ENTRIES);
  }
  if (value !== undefined) report(field, 'Expected a list.');
  return [];
}
