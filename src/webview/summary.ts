/** The summary's browser side: shows what the editor says, as text and never as markup, and reports one kind of click. */
import type { FromWebview, SummaryView } from '../panel/messages';
import { parseSummary, parseToWebview } from '../panel/messages';

interface Host {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: SummaryView): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();

function tell(message: FromWebview): void {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- the editor's own channel, not a window's
  host.postMessage(message);
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

function show(view: SummaryView): void {
  const root = document.getElementById('summary');
  if (root === null) return;
  const hadFocus = document.activeElement instanceof HTMLButtonElement;
  const parts: Node[] = [element('h2', view.headline)];
  if (view.detail !== '') parts.push(element('p', view.detail));
  const button = view.action === undefined ? undefined : buttonFor(view.action);
  if (button !== undefined) parts.push(button);
  if (view.counts.length > 0) {
    const counts = view.counts.map(({ value, label }) => element('li', element('b', String(value)), ` ${label}`));
    parts.push(element('ul', ...counts));
  }
  if (view.facts.length > 0) {
    parts.push(
      element('dl', ...view.facts.flatMap(({ label, value }) => [element('dt', label), element('dd', value)])),
    );
  }
  root.className = view.tone;
  root.replaceChildren(...parts);
  // Drawn anew, the button keeps the keyboard.
  if (hadFocus) button?.focus();
}

function buttonFor(action: NonNullable<SummaryView['action']>): HTMLButtonElement {
  const button = element('button', action.label);
  button.type = 'button';
  button.addEventListener('click', () => tell({ type: 'act', action: action.id }));
  return button;
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = parseToWebview(event.data);
  if (message === undefined) return;
  host.setState(message.view);
  show(message.view);
});

const kept = parseSummary(host.getState());
if (kept !== undefined) show(kept);
tell({ type: 'ready' });
