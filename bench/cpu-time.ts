import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
/** Positions behind the command's name, which stands in brackets and may hold anything. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/**
 * Milliseconds of CPU that a process has used so far, by all of its threads; undefined where the system does not tell.
 * Unlike deliveries per second it hardly depends on what else the machine is doing.
 */
export function cpuMillisecondsOf(pid: number): number | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return ((Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * 1000) / TICKS_PER_SECOND;
	} catch {
		return undefined;
	}
}
