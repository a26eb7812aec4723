import fs from 'node:fs';
import type { Say } from './steps';

/** What the suite inside the extension host tells to the outside, one JSON line each. */
export type SuiteEvent =
  | { readonly kind: 'start'; readonly tests: number }
  | { readonly kind: 'pass'; readonly title: readonly string[]; readonly milliseconds: number }
  | { readonly kind: 'fail'; readonly title: readonly string[]; readonly message: string }
  | { readonly kind: 'pending'; readonly title: readonly string[] }
  | { readonly kind: 'end'; readonly failures: number };

export type SuiteCounts = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ended: boolean;
};

/** Follows the file of events: `poll` prints what is new and gives the counts so far. */
export function followEvents(file: string, say: Say): () => SuiteCounts {
  let shown = 0;
  const counts = { passed: 0, failed: 0, skipped: 0, ended: false };
  return () => {
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    // A line that is still being written has no line break yet.
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
    for (const line of lines.slice(shown)) show(JSON.parse(line) as SuiteEvent, counts, say);
    shown = lines.length;
    return { ...counts };
  };
}

function show(
  event: SuiteEvent,
  counts: { passed: number; failed: number; skipped: number; ended: boolean },
  say: Say,
): void {
  switch (event.kind) {
    case 'start':
      say(`  ${event.tests} tests`);
      return;
    case 'pass':
      counts.passed += 1;
      say(`  ✔ ${event.title.join(' › ')} (${event.milliseconds} ms)`);
      return;
    case 'pending':
      counts.skipped += 1;
      say(`  - ${event.title.join(' › ')} (skipped)`);
      return;
    case 'fail':
      counts.failed += 1;
      say(`  ✖ ${event.title.join(' › ')}\n${event.message.replaceAll(/^/gm, '      ')}`);
      return;
    case 'end':
      counts.ended = true;
  }
}
