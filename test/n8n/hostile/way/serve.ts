/**
 * n8n's way from a request to a trigger's item, and nothing else of n8n: no database, no expressions, no queue. Thousands
 * of requests pass it in the time that n8n needs for hundreds. A process of its own, since the modules of n8n are too
 * many for jest to look at.
 */
import type { INodeExecutionData } from 'n8n-workflow';
import type { Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

import { List, rememberIn, Trigger } from '../../../../host/core';
import { CallScalerTrigger } from '../../../../nodes/CallScaler/CallScalerTrigger.node.js';
import { QCallTrigger } from '../../../../nodes/QCall/QCallTrigger.node.js';
import { HEADER_OF_THE_SECRET, parametersOf, type Setup, SETUPS } from '../setups';
import { bodyParser, core, express, type N8nRequest } from './host';
import { parseAsN8n } from './parse';

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

/** Whether an execution holds a call or tells of something: it fails, and changes nothing of the answer. */
function isToFail([first]: INodeExecutionData[]): boolean {
	return ['held', 'alert'].includes(Object(first?.json.postCall).outlet);
}

async function take(triggers: Map<string, Trigger>, request: N8nRequest, response: Response): Promise<void> {
	const trigger = triggers.get(request.path.split('/')[1] ?? '');
	if (!trigger) return answer(response, 'exception', 404, 'There is no such trigger.');
	const parsed = await parseAsN8n(request, trigger.typeVersion);
	if ('refused' in parsed) return answer(response, 'n8n', parsed.refused, { message: parsed.because });

	try {
		response.setHeader(ANSWERED_BY, 'trigger');
		response.setHeader(POLLUTION, pollution());
		const { workflowData, webhookResponse } = await trigger.webhook(request, response);
		const [handedOver] = workflowData ?? [];
		if (handedOver === undefined) return;
		if (isToFail(handedOver)) {
			await trigger.execute(handedOver, randomUUID()).catch(() => undefined);
			if (!response.headersSent) response.json(webhookResponse);
			return;
		}
		const { output } = await trigger.execute(handedOver, randomUUID());
		answer(response, 'execution', 200, { items: output?.[0]?.map(({ json }) => json) ?? [] });
	} catch (error) {
		answer(response, 'exception', 500, error instanceof Error ? error.stack : String(error));
	} finally {
		await parsed.cleanUp();
	}
}

/** The trigger of a setup, in the n8n-core of the installed n8n, with the secret where only those with it may get in. */
function triggerOf(workflowId: string, setup: Setup, secret: string): Trigger {
	const nodeType = setup.provider === 'qCall' ? new QCallTrigger() : new CallScalerTrigger();
	const credential = { headerName: HEADER_OF_THE_SECRET, secret, previousSecret: '' };
	return new Trigger({ nodeType, parameters: parametersOf(setup), credential, workflowId, core });
}

async function serve(secret: string): Promise<void> {
	const lists = new Map(Object.keys(SETUPS).map((name) => [name, new List()]));
	await rememberIn(core, (workflowId) => lists.get(workflowId) ?? new List());
	const triggers = new Map(Object.entries(SETUPS).map(([name, setup]) => [name, triggerOf(name, setup, secret)]));

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
