/** The manifest: what VS Code shows of Countersign before any of its code runs. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

interface Described {
  readonly title?: string;
  readonly category?: string;
  readonly command: string;
}
interface Setting {
  readonly order?: number;
  readonly scope?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}
interface MenuItem {
  readonly command: string;
  readonly when?: string;
}
interface View {
  readonly id: string;
  readonly name: string;
}
interface Manifest {
  readonly activationEvents: readonly string[];
  readonly icon: string;
  readonly extensionKind: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
    readonly virtualWorkspaces: { readonly supported: string };
  };
  readonly contributes: {
    readonly commands: readonly Described[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly configurationDefaults: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
    readonly views: Readonly<Record<string, readonly View[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly keybindings?: readonly { readonly when?: string }[];
  };
}

const text = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const nls = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;
const { contributes } = manifest;

function sources(folder: string): string {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(path.join(ROOT, folder, name), 'utf8'))
    .join('\n');
}

/** Relative luminance by WCAG 2. */
function luminance(color: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe('the manifest', () => {
  it('starts narrowly, and declares what it does without trust', () => {
    assert.deepEqual(
      manifest.activationEvents.filter((event) => event === '*' || event.startsWith('onLanguage')),
      [],
    );
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.equal(manifest.capabilities.virtualWorkspaces.supported, 'limited');
  });

  it('gives every command a title, the category Countersign and a handler', () => {
    const code = sources('src/editor');
    for (const { command, title, category } of contributes.commands) {
      assert.match(command, /^countersign\.\w+$/);
      assert.match(title ?? '', /^%[\w.]+%$/, command);
      assert.equal(category, '%category%', command);
      assert.ok(code.includes(`'${command}'`), `${command} has no handler`);
    }
    assert.equal(nls['category'], 'Countersign');
  });

  it('shows in the palette only what can be done now', () => {
    const palette = new Map((contributes.menus['commandPalette'] ?? []).map((item) => [item.command, item.when]));
    for (const { command } of contributes.commands) {
      assert.ok(palette.get(command) !== undefined, `${command} is in the palette whatever the context`);
    }
  });

  it('names in its menus and welcome texts only commands that are there', () => {
    const known = new Set(contributes.commands.map(({ command }) => command));
    for (const item of Object.values(contributes.menus).flat()) {
      if (item.command.startsWith('countersign.')) assert.ok(known.has(item.command), item.command);
    }
    for (const [key, value] of Object.entries(nls)) {
      for (const [, command = ''] of value.matchAll(/\(command:(countersign\.\w+)/g)) {
        assert.ok(known.has(command), `${key}: ${command}`);
      }
    }
  });

  it('describes and orders every setting; those that name a key or a program are out of the workspace’s reach', () => {
    const orders = new Set<number>();
    for (const [id, setting] of Object.entries(contributes.configuration.properties)) {
      assert.match(id, /^countersign\./);
      assert.match(setting.markdownDescription ?? setting.description ?? '', /^%[\w.]+%$/, id);
      assert.equal(typeof setting.order, 'number', id);
      assert.ok(!orders.has(setting.order ?? 0), `${id}: the order is taken`);
      orders.add(setting.order ?? 0);
      assert.notEqual(setting.default, undefined, id);
      const described = setting.markdownEnumDescriptions ?? setting.enumDescriptions;
      assert.equal(setting.enum?.length, described?.length, id);
      if (!/key|path|program|command/i.test(id)) continue;
      assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes(id), id);
      assert.equal(setting.scope, 'machine', id);
    }
  });

  it('keeps records, and no rules or keys, out of the editor’s search', () => {
    assert.deepEqual(contributes.configurationDefaults, { 'search.exclude': { '**/.countersign/v1': true } });
  });

  it('has a text for every key, and no text without use', () => {
    const used = new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key = '']) => key));
    assert.deepEqual([...used].filter((key) => nls[key] === undefined).sort(), []);
    assert.deepEqual(
      Object.keys(nls)
        .filter((key) => !used.has(key))
        .sort(),
      [],
    );
  });

  it('contributes each colour for all four kinds of theme, with enough contrast for a mark', () => {
    const grounds = { dark: '#1F1F1F', light: '#FFFFFF', highContrast: '#000000', highContrastLight: '#FFFFFF' };
    for (const { id, defaults } of contributes.colors) {
      for (const [kind, ground] of Object.entries(grounds)) {
        const color = defaults[kind] ?? '';
        assert.match(color, /^#[0-9A-F]{6}$/, `${id} ${kind}`);
        const least = kind.startsWith('high') ? 4.5 : 3;
        assert.ok(contrast(color, ground) >= least, `${id} ${kind}: ${contrast(color, ground).toFixed(2)}`);
      }
    }
  });

  it('uses only colours that it contributes', () => {
    const known = new Set(contributes.colors.map(({ id }) => id));
    const css = readFileSync(path.join(ROOT, 'media/webview/summary.css'), 'utf8');
    for (const [, id = ''] of css.matchAll(/--vscode-countersign-(\w+)/g))
      assert.ok(known.has(`countersign.${id}`), id);
    for (const [, id = ''] of sources('src/editor/display').matchAll(/color: '([\w.]+)'/g))
      assert.ok(known.has(id), id);
    // No colour of our own in the webview, which would ignore the person's theme.
    assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|rgba?\(/i);
  });

  it('has an icon of at least 256 pixels that is a PNG, and a view icon that takes the theme’s colour', () => {
    const icon = readFileSync(path.join(ROOT, manifest.icon));
    assert.equal(icon.toString('latin1', 1, 4), 'PNG');
    assert.ok(icon.readUInt32BE(16) >= 256 && icon.readUInt32BE(20) >= 256);
    for (const container of contributes.viewsContainers.activitybar) {
      const svg = readFileSync(path.join(ROOT, container.icon), 'utf8');
      assert.match(svg, /currentColor/);
      assert.doesNotMatch(svg, /<script|<image|href=/);
    }
  });

  it('has a welcome text for each reason for a tree to be empty', () => {
    const reasons = ['noFolder', 'untrusted', 'noRepository', 'noPolicy', 'reading', 'ready'];
    const whens = contributes.viewsWelcome.filter(({ view }) => view === 'countersign.changes').map(({ when }) => when);
    for (const reason of reasons) {
      assert.ok(
        whens.some((when) => when.includes(`'${reason}'`)),
        reason,
      );
    }
  });

  it('points at schemas that are there', () => {
    for (const { url } of contributes.jsonValidation) {
      assert.doesNotThrow(() => JSON.parse(readFileSync(path.join(ROOT, url), 'utf8')));
    }
  });

  it('takes no key without a condition', () => {
    for (const { when } of contributes.keybindings ?? []) assert.ok((when ?? '').length > 0);
  });
});
