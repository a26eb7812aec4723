// What the sample is made of: a small shop with a history by two people, and a branch that needs a senior.

/** Commits on `main`, before and with the adoption of Countersign: who, what, and the files as they are then. */
const HISTORY = [
  {
    who: 'ana',
    daysAgo: 26,
    message: 'Start the shop: money and the cart',
    files: {
      'package.json': `{
  "name": "shop",
  "version": "1.0.0",
  "private": true,
  "scripts": {
    "test": "node --test"
  }
}
`,
      'src/money.js': `/** Amounts are whole cents, so that nothing is lost to rounding. */
export function format(cents, currency = 'EUR') {
  const sign = cents < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(cents) / 100);
  const rest = String(Math.abs(cents) % 100).padStart(2, '0');
  return sign + whole + '.' + rest + ' ' + currency;
}

export function percentOf(cents, percent) {
  return Math.round((cents * percent) / 100);
}
`,
      'src/cart.js': `/** A cart is a list of items: { sku, price, count, weight }. */
export function add(cart, item) {
  const known = cart.find((each) => each.sku === item.sku);
  if (known === undefined) return [...cart, item];
  return cart.map((each) => (each === known ? { ...each, count: each.count + item.count } : each));
}

export function remove(cart, sku) {
  return cart.filter((item) => item.sku !== sku);
}

export function total(cart) {
  let sum = 0;
  for (const item of cart) sum += item.price * item.count;
  return sum;
}
`,
    },
  },
  {
    who: 'ana',
    daysAgo: 24,
    message: 'Charge a card through the gateway',
    files: {
      'src/pay.js': `import { total } from './cart.js';

/** Charges an order once. The gateway is whoever takes the money. */
export async function pay(order, gateway) {
  if (order.status === 'paid') {
    throw new Error('this order is paid already');
  }
  const amount = total(order.cart);
  if (amount <= 0) throw new Error('there is nothing to pay');

  const answer = await gateway.charge(order.card, amount);
  return { ...order, status: 'paid', payment: answer.id, amount };
}
`,
    },
  },
  {
    who: 'bo',
    daysAgo: 19,
    message: 'Print receipts',
    files: {
      'src/receipt.js': `import { format } from './money.js';

/** The lines of a receipt, ready to print. */
export function receipt(order) {
  const lines = order.cart.map((item) => item.count + ' x ' + item.sku + '  ' + format(item.price * item.count));
  lines.push('Total ' + format(order.amount));
  return lines;
}
`,
    },
  },
  {
    who: 'bo',
    daysAgo: 15,
    message: 'Add shipping by weight',
    files: {
      'src/shipping.js': `/** Shipping costs in cents. Weights are grams. */
const PARCEL = 590;

export function weightOf(cart) {
  return cart.reduce((sum, item) => sum + item.weight * item.count, 0);
}

export function shippingCost(cart) {
  return cart.length === 0 ? 0 : PARCEL;
}
`,
    },
  },
  {
    who: 'ana',
    daysAgo: 12,
    message: 'Refund a payment',
    files: {
      'src/refund.js': `/** Gives the money of a paid order back. */
export async function refund(order, gateway) {
  if (order.status !== 'paid') throw new Error('only a paid order can be refunded');
  await gateway.refund(order.payment, order.amount);
  return { ...order, status: 'refunded' };
}
`,
    },
  },
  {
    who: 'bo',
    daysAgo: 9,
    message: 'Test the cart',
    files: {
      'test/cart.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, total } from '../src/cart.js';

const tea = { sku: 'tea', price: 450, count: 1, weight: 120 };

test('the same item twice is one line', () => {
  assert.deepEqual(add([tea], tea), [{ ...tea, count: 2 }]);
});

test('the total counts each item', () => {
  assert.equal(total([{ ...tea, count: 3 }]), 1350);
});
`,
    },
  },
];

/**
 * Bo's branch: edits in the order in which they were made. `after` is where the cursor stood: behind this text;
 * `replace` is the text that went. Without either the text is appended.
 */
const BRANCH = [
  {
    message: 'Add discount codes and rates by weight',
    daysAgo: 3,
    edits: [
      {
        path: 'src/cart.js',
        by: 'typing',
        after: 'item.sku !== sku);\n}\n',
        text: `
export function itemCount(cart) {
  return cart.reduce((sum, item) => sum + item.count, 0);
}
`,
      },
      {
        path: 'src/discount.js',
        by: 'typing',
        text: `import { total } from './cart.js';
import { percentOf } from './money.js';

/** What a cart costs with a discount code. */
export function discounted(`,
      },
      {
        path: 'src/discount.js',
        by: 'completion',
        text: `cart, code) {
  const percent = { SUMMER: 10, STAFF: 50 }[code] ?? 0;
  const full = total(cart);
  return full - percentOf(full, percent);
}
`,
      },
      {
        path: 'src/shipping.js',
        by: 'paste',
        replace: 'const PARCEL = 590;\n',
        text: `const RATES = [
  { upTo: 500, cents: 390 },
  { upTo: 2000, cents: 590 },
  { upTo: 10000, cents: 990 },
];
`,
      },
      {
        path: 'src/shipping.js',
        by: 'typing',
        replace: '  return cart.length === 0 ? 0 : PARCEL;\n',
        text: `  if (cart.length === 0) return 0;
  const rate = RATES.find((each) => weightOf(cart) <= each.upTo);
  if (rate === undefined) throw new Error('too heavy for a parcel');
  return rate.cents;
`,
      },
    ],
  },
  {
    message: 'Try again when the gateway is slow',
    daysAgo: 2,
    edits: [
      {
        path: 'src/pay.js',
        by: 'agent',
        replace: `  if (order.status === 'paid') {
    throw new Error('this order is paid already');
  }
`,
        text: '',
      },
      {
        path: 'src/pay.js',
        by: 'agent',
        replace: '  const answer = await gateway.charge(order.card, amount);\n',
        text: `  let answer;
  for (let attempt = 1; answer === undefined; attempt += 1) {
    try {
      answer = await gateway.charge(order.card, amount);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
`,
      },
      {
        path: 'src/receipt.js',
        by: 'typing',
        after: 'format(order.amount));\n',
        text: "  lines.push('Thank you');\n",
      },
    ],
  },
];

/** What the assistant of the sample completes: a text by the prefix that it follows. */
const COMPLETIONS = {
  'export function refundFee(': `amount, days) {
  if (days <= 14) return 0;
  const fee = Math.round(amount * 0.05);
  return Math.min(fee, 500);
}`,
};

module.exports = { BRANCH, COMPLETIONS, HISTORY };
