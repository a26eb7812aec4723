// Loaded before the command line (`node -r`): says on standard error how much memory the process held at its peak, in kB,
// and the milliseconds of processor time that it took: on a busy machine they tell more than the clock.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(`peak ${maxRSS} processor ${(userCPUTime + systemCPUTime) / 1000}\n`);
});
