/**
 * Points in time without a clock and without a time zone: everything is UTC, in epoch milliseconds.
 */

/** The moment of a date and time in UTC, or undefined when there is no such day or hour. Years 1970 to 9999. */
export function utcMoment(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  millisecond = 0,
): number | undefined {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const length = lengths[month - 1];
  if (year < 1970 || year > 9999 || length === undefined || day < 1 || day > length) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const years = year - 1;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400) - 477;
  let days = (year - 1970) * 365 + leapDays + day - 1;
  for (const each of lengths.slice(0, month - 1)) days += each;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + millisecond;
}

/** The moment of `2026-11-20T09:30:00Z` (milliseconds allowed), or undefined. No other zone, no other form. */
export function parseUtc(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return utcMoment(year, month, day, hour, minute, second, milli);
}

/** The moment of OpenSSH's `YYYYMMDD[HHMM[SS]][Z]`; without `Z` it is UTC all the same, unlike ssh-keygen's. */
export function parseCompactUtc(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return utcMoment(year, month, day, hour, minute, second);
}
