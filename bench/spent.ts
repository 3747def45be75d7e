import type { Profile } from '../host/probe';
import type { PartName } from './measures';

/**
 * Which part of n8n, or of this package, a function belongs to, by its name, a blank and its file. What is no JavaScript,
 * as SQLite, has no file. One that is in none belongs to its caller's.
 */
const BELONGS: ReadonlyArray<[PartName | 'waiting', RegExp]> = [
	['waiting', /^\(idle\) | node:inspector$/],
	['native', /^\(program\) /],
	['garbage', /^\(garbage collector\) /],
	['parameters', /^getNodeParameters /],
	['credential', /\/credentials-helper\.js$|\/n8n-core\/dist\/(credentials\.js$|encryption\/)/],
	['list', /\/n8n\/dist\/deduplication\/|\/data-deduplication-service\.js$/],
	['database', /\/(@n8n\/typeorm|@n8n\/db|sqlite3|tarn)\//],
	// What SQLite calls back when a statement is done, by the name that V8 gives to it.
	['database', /^Backup $/],
	['typing', /\/node_modules\/n8n-nodes-post-call\/dist\/nodes\/delivery\/type\.js$/],
	['ours', /\/node_modules\/n8n-nodes-post-call\//],
	['server', /\/(express|router|compression|raw-body|body-parser|content-type)\/| node:(_http|net)/],
	['execution', /\/n8n-core\/dist\/execution-engine\/|\/n8n\/dist\/(workflow-runner|execution|active-exec)/],
	['rest', /\/n8n\/dist\//],
];

/**
 * Whatever these call is theirs, until they wait for something: what goes on afterwards, as in the database, has other
 * callers. Within the other parts a function may belong to another one.
 */
const WITH_WHAT_THEY_CALL: ReadonlySet<PartName | 'waiting'> = new Set(['parameters', 'credential', 'list', 'typing']);

/** The milliseconds that n8n's main thread spent in each part, and in each function itself, where it did not wait. */
export interface Spent {
	parts: Map<PartName, number>;
	functions: Map<string, number>;
}

function add<Key>(to: Map<Key, number>, key: Key, ms: number): void {
	to.set(key, (to.get(key) ?? 0) + ms);
}

/** Adds up what is in the profile, too. */
export function addSpent(spent: Spent, { nodes, samples, timeDeltas }: Profile): void {
	const ms = new Map<number, number>();
	samples.forEach((id, at) => add(ms, id, (timeDeltas[at] ?? 0) / 1000));
	const inherited = new Map<number, PartName | 'waiting'>();
	// Whoever calls stands before those that are called.
	for (const { id, callFrame, children } of nodes) {
		const { functionName, url } = callFrame;
		const callers = inherited.get(id) ?? 'rest';
		const own = BELONGS.find(([, pattern]) => pattern.test(`${functionName} ${url}`))?.[0] ?? callers;
		const part = WITH_WHAT_THEY_CALL.has(callers) ? callers : own;
		for (const child of children) inherited.set(child, part);
		if (part === 'waiting') continue;
		const file = url.replace(/^.*\/node_modules\//, '');
		add(spent.parts, part, ms.get(id) ?? 0);
		add(spent.functions, `${functionName || '(anonymous)'} ${file}`.trim(), ms.get(id) ?? 0);
	}
}
