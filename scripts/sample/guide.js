/** The README of the sample: the one thing to do first, then each person's steps. The shells show it when they open. */
const GUIDE = `# The shop: start here

**First: in Ana's window (\`shop-ana\`), click the Countersign icon at the left edge.**

Four blocks wait there for Ana. She is a senior; Bo, who wrote the branch \`discounts\` with an assistant and an agent,
is not. Until she signs, the gate says no. \`shop-ana\` and \`shop-bo\` are two clones of one repository, each with its own
identity and its own key. Everything is thrown away when \`npm start\` ends, so nothing can break.

## As Ana, in \`shop-ana\`

1. Click the Countersign icon. *Review Queue* lists the blocks, with who wrote them and why they need you.
2. Press *Review 4 blocks* and read to the end. In \`src/pay.js\` the check that an order is not paid twice has gone.
   If the button then says *Review 1 more block*, press it: a block counts as viewed when all of it was in sight.
3. Press *Sign off 4 blocks…*: one signature covers all of them. (You may also reject a block, with a reason.)
4. Press *Push*.
5. Ask the gate, in a terminal (*Terminal: New Terminal*). It says yes now.

       countersign verify --base origin/main

## As Bo, in \`shop-bo\` (\`npm start\` has printed its address)

1. Open \`src/refund.js\`.
2. At the end of the file, type the line below and press Tab when grey text appears behind it.

       export function refundFee(

3. Save.
4. Commit everything, in *Source Control* or in a terminal with \`git commit -am "Add a refund fee"\`.
5. Click the Countersign icon, press *Request review…*, and Enter for what is suggested.
6. Press *Push*. If Ana has pushed meanwhile, use *Git: Sync* instead.

Ana then runs *Git: Sync*. Only the new block waits for her: what she signed before still holds.

## One changed byte

As Bo, change \`STAFF: 50\` to \`STAFF: 90\` in \`src/discount.js\`, save and commit. The gate says no again, and names the sign-off
that went stale.
`;

module.exports = { GUIDE };
