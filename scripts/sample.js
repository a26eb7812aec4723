// Builds the sample repository of `npm start`.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/**
 * Makes the sample below `dir`, an empty folder. Gives the folder to open first and notes to print under the address,
 * one line each.
 */
async function createSample(dir) {
  const folder = path.join(dir, 'shop');
  fs.mkdirSync(path.join(folder, 'src'), { recursive: true });
  const git = (...args) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Bo');
  git('config', 'user.email', 'bo@example.com');
  fs.writeFileSync(path.join(folder, 'README.md'), '# Shop\n\nOpen `src/pay.ts` and type `function applyDiscount(`.\n');
  fs.writeFileSync(
    path.join(folder, 'src/pay.ts'),
    'export function pay(amount: number): number {\n  return amount;\n}\n',
  );
  git('add', '--all');
  git('commit', '--quiet', '--message=Start the shop');
  return { folder, notes: ['Open README.md: it names the one thing to do first.'] };
}

module.exports = { createSample };
