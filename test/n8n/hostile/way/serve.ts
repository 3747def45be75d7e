/**
 * n8n's way from a request to a trigger's item, and nothing else of n8n: no database, no expressions, no queue. Thousands
 * of requests pass it in the time that n8n needs for hundreds. A process of its own, since the modules of n8n are too
 * many for jest to look at.
 */
import type { Request, Response } from 'express';
import { createServer } from 'node:http';

import { List } from '../../../list';
import { SETUPS } from '../setups';
import { bodyParser, core, express, type N8nRequest } from './host';
import { parseAsN8n } from './parse';
import { Trigger } from './trigger';

/** Who answered, for the test: n8n's own part, the trigger, or this server for what n8n would have run. */
export const ANSWERED_BY = 'x-answered-by';
/** What has been added to the prototypes of JavaScript's own objects; nothing, if all is well. */
export const POLLUTION = 'x-pollution';

const PROTOTYPES = [Object, Array, String, Number, Boolean, Function, Map, Set, Promise, RegExp, Date, Error];
const namesOnPrototypes = () => PROTOTYPES.flatMap(({ prototype }) => Reflect.ownKeys(prototype).map(String));
const before = namesOnPrototypes();

function pollution(): string {
	const now = namesOnPrototypes();
	return now.length === before.length ? '' : encodeURIComponent(now.filter((name) => !before.includes(name)).join());
}

function answer(response: Response, by: 'n8n' | 'execution' | 'exception', status: number, body: unknown): void {
	response.setHeader(ANSWERED_BY, by);
	response.setHeader(POLLUTION, pollution());
	response.status(status).json(body);
}

async function take(triggers: Map<string, Trigger>, request: N8nRequest, response: Response): Promise<void> {
	const trigger = triggers.get(request.path.split('/')[1] ?? '');
	if (!trigger) return answer(response, 'exception', 404, 'There is no such trigger.');
	const parsed = await parseAsN8n(request, trigger.typeVersion);
	if ('refused' in parsed) return answer(response, 'n8n', parsed.refused, { message: parsed.because });

	try {
		response.setHeader(ANSWERED_BY, 'trigger');
		response.setHeader(POLLUTION, pollution());
		const { workflowData } = await trigger.webhook(request, response);
		const [items] = workflowData ?? [];
		if (items !== undefined) answer(response, 'execution', 200, { items: await trigger.execute(items) });
	} catch (error) {
		answer(response, 'exception', 500, error instanceof Error ? error.stack : String(error));
	} finally {
		await parsed.cleanUp();
	}
}

async function serve(secret: string): Promise<void> {
	const lists = new Map<string, List>();
	const listOf = (workflow: string): List => {
		const known = lists.get(workflow) ?? new List();
		lists.set(workflow, known);
		return known;
	};
	await core.DataDeduplicationService.init({
		checkProcessedAndRecord: async (items, scope, { workflow }, options) =>
			await listOf(workflow.id ?? '').checkProcessedAndRecord(items, scope, options),
		removeProcessed: async (items, _scope, { workflow }) => await listOf(workflow.id ?? '').removeProcessed(items),
		clearAllProcessedItems: async () => undefined,
		getProcessedDataCount: async () => 0,
	});
	const triggers = new Map(Object.entries(SETUPS).map(([name, setup]) => [name, new Trigger(name, setup, secret)]));

	const app = express();
	app.disable('x-powered-by');
	app.set('query parser', 'extended');
	app.use(bodyParser.rawBodyReader);
	app.use((request: Request, response: Response) => {
		take(triggers, request, response).catch((error: unknown) => answer(response, 'exception', 500, String(error)));
	});
	const server = createServer(app);
	server.listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
}

void serve(process.env.SECRET ?? '');
