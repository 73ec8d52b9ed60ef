/** What `npm audit --json` says, as a verdict: lines for people, and whether the libraries may be shipped as they are. */

const GRAVE = ['high', 'critical'];

/** An answer that is none (no network, a registry without the service) is told, and stops nobody. */
export function verdictOf(output) {
  const report = parsed(output);
  if (!report?.vulnerabilities || report.error) {
    const reason = report?.message ?? report?.error?.summary ?? 'no answer';
    return { passed: true, lines: [`Libraries were not checked against known holes: ${String(reason).split('\n')[0]}`] };
  }
  const found = Object.values(report.vulnerabilities);
  if (found.length === 0) return { passed: true, lines: ['No library of production has a known hole.'] };
  const lines = found.map(({ name, severity, range, fixAvailable }) => `${severity}: ${name} ${range}${fixAvailable ? ', a fix is available' : ''}`).sort();
  return { passed: !found.some(({ severity }) => GRAVE.includes(severity)), lines };
}

function parsed(output) {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
