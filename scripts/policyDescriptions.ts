/**
 * What each field of the policy means, for completion and hovers in editors. Kept out of core: nothing that ships needs it.
 */
export const POLICY_DESCRIPTIONS: Readonly<Record<string, string>> = {
  '': "Countersign's rules for a repository. The gate reads them from the branch that a change is merged into.",
  $schema: 'Where an editor finds this schema. Countersign ignores it.',
  version: 'Version of the policy format. Always 1.',
  repo: 'Id of the repository, drawn once by `countersign init`. Every signature is bound to it.',
  mode: '"observe" reports and lets everything pass; "enforce" makes the gate fail.',
  targets: 'Branches that the rules protect, as patterns without `refs/heads/`: `main`, `release/*`.',
  levels: 'Names of the levels of seniority, lowest first.',
  others: 'Level of everyone who is not listed under `people`.',
  people: 'Who may sign. Nobody else needs to be listed.',
  'people[].id': 'Short name, unique: `countersign request --to` takes it.',
  'people[].emails':
    'E-mail addresses of the person, as in commits and in `.countersign/allowed_signers`. Letter case does not matter; an address belongs to one person.',
  'people[].level': 'One of `levels`.',
  'people[].teams': 'Teams the person is in; rules may ask for them.',
  identity:
    '"asserted": the e-mail address of a commit says who wrote it. "signed": an unsigned commit counts as written by `others`. Default: "asserted".',
  requireSignedRecords:
    'true: a record that no recorder certified for its author has signed makes no line weaker than `unknown`. Default: false.',
  forges:
    'E-mail addresses that a forge puts as committer on merges and edits made through it. As committers they are nobody’s; as authors they are strangers.',
  atomic: 'Patterns of files that are reviewed as one item instead of line by line: lock files, generated files.',
  paste: 'When pasted characters make a line `paste`: either bound is enough.',
  'paste.characters': 'At least this many pasted characters (white space not counted). Default: 20.',
  'paste.share': 'At least this share of the characters, above 0 and at most 1. Default: 0.5.',
  rules: 'Every rule that matches applies; the stricter wins, field by field. Order does not matter.',
  'rules[].id': 'Name of the rule, unique; reports show it.',
  'rules[].when': 'Which hunks the rule is about: every field given must hold. `{}` is every hunk.',
  'rules[].when.origin': 'Who produced the lines: any of these.',
  'rules[].when.evidence': 'How that is known: any of these.',
  'rules[].when.authorBelow': "The author's level is below this one.",
  'rules[].when.paths':
    'Path patterns from the top of the repository, any of them; both paths of a renamed file are looked at. `**` is any number of folders, `*` and `?` stay within a name.',
  'rules[].when.tools':
    'Tools by id, `*` for any run of characters. Lines not written by a person match when their tool is not known.',
  'rules[].when.models':
    'Models by name, `*` for any run of characters. Lines not written by a person match when their model is not known.',
  'rules[].when.sides': 'Added lines, removed lines, or both. Items without lines always match.',
  'rules[].when.minLines': 'The hunk has at least this many lines. Items without lines always match.',
  'rules[].require': 'What the rule asks for.',
  'rules[].require.tier':
    '"autonomous": nothing. "notify": shown in reports. "approve": signatures, as the other fields say.',
  'rules[].require.count': 'How many people must sign. Default: 1. Only with tier "approve".',
  'rules[].require.level':
    'Lowest level that may sign. Default: the lowest, so anyone listed. Only with tier "approve".',
  'rules[].require.teams': 'Every signer must be in each of these teams. Only with tier "approve".',
  'rules[].require.separation':
    'Who may not sign: an author of the very lines ("span"), of any line of the file ("file"), of any line of the change ("change"). Default: "span". Only with tier "approve".',
  'rules[].require.binding':
    'What a signature is bound to: the lines with their surroundings ("window"), the whole file ("file"), the whole tree ("tree"). Default: "window". Only with tier "approve".',
  'rules[].require.presence':
    'Signatures must come from a hardware key whose owner was present (touch). Default: false. Only with tier "approve".',
  'rules[].require.verified':
    'Signatures must come from a hardware key that verified its owner (PIN or fingerprint). Default: false. Only with tier "approve".',
};
