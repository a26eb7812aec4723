import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { claimedLines, savedClaims } from './claims';
import { startWorkbench, type Workbench } from './driver';

const FILE = 'src/pay.ts';
const COMPLETIONS = { 'const ceiling = ': 'Math.min(limit, 5000);' };

/** One code, two manifests: with the proposed API the editor says what an edit was, without it we look for ourselves. */
const FLAVOURS = [
  { extension: 'package', evidence: 'observed', proposals: undefined },
  { extension: 'sideload', evidence: 'reported', proposals: ['textDocumentChangeReason'] },
] as const;

for (const { extension, evidence, proposals } of FLAVOURS) {
  describe(`The packed extension, ${extension === 'package' ? 'for the Marketplace' : 'side-loaded'}`, function () {
    this.timeout(120_000);
    this.bail(true);
    let repository: Repository;
    let workbench: Workbench;

    before(async () => {
      const files = { [FILE]: 'export const limit = 1;\n', '.countersign/policy.jsonc': policyText([person('ana')]) };
      repository = makeRepository({ files });
      repository.git('checkout', '--quiet', '-b', 'ceiling');
      workbench = await startWorkbench({
        folder: repository.folder,
        extension,
        assistant: COMPLETIONS,
        settings: { 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } },
      });
      await workbench.statusBarItem().waitFor();
      await workbench.openFile(FILE);
    });

    after(async () => {
      await workbench?.close();
      repository.remove();
    });

    it(`${proposals === undefined ? 'asks for no' : 'asks for the'} proposed API`, () => {
      const installed = path.join(workbench.server.home, 'extensions');
      const folder = fs.readdirSync(installed).find((name) => name.startsWith('countersign.countersign-'));
      const manifest = JSON.parse(fs.readFileSync(path.join(installed, folder ?? '', 'package.json'), 'utf8')) as {
        readonly enabledApiProposals?: readonly string[];
      };
      assert.deepEqual(manifest.enabledApiProposals, proposals);
    });

    it(`records the same keys as ${evidence}`, async () => {
      await workbench.press('Control+End');
      await workbench.type('// In cents.\nconst ceiling = ');
      await workbench.waitForGhostText();
      await workbench.press('Tab');
      await workbench.waitForNoGhostText();
      await workbench.press('End', 'Enter');
      await workbench.writeClipboard('export const CURRENCY = "EUR";');
      await workbench.press('Control+v');
      await workbench.waitForText('.editor-instance .view-line', 'CURRENCY');
      await savedClaims(workbench, repository, FILE);
      const said = claimedLines(repository, FILE).map(({ claim }) => claim);
      assert.deepEqual(said, [`human typing ${evidence}`, `mixed completion ${evidence}`, `paste paste ${evidence}`]);
    });
  });
}
