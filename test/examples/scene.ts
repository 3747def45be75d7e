import { z } from 'zod';

import { type Answer, boot, deliver, type N8n, type StoredWorkflow, type WorkflowNode } from '../../host';
import { OutsideWorld } from '../../host/outside';
import { CallsApi } from '../../host/simulators';
import { Imports, SECRET } from './example';
import { MailServer } from './outside/mail-server';
import {
	callScaler,
	type Crm,
	crm,
	googleDrive,
	googleSheets,
	hubSpot,
	type Sheet,
	shop,
	slack,
	twilio,
} from './outside/services';

export type Call = Record<string, unknown>;

const HEADER = { 'QCall Trigger': 'Authorization', 'CallScaler Trigger': 'X-Webhook-Secret' };
export type TriggerName = keyof typeof HEADER;

/** The services that the examples speak to. */
async function openOutside() {
	const sheet: Sheet = {};
	const ourCrm: Crm = {};
	const api = await CallsApi.open();
	const world = await OutsideWorld.open({
		'api.hubapi.com': hubSpot,
		'api.twilio.com': twilio,
		'callscaler.com': callScaler(api),
		'sheets.googleapis.com': googleSheets(sheet),
		'slack.com': slack,
		'your-crm.example': crm(ourCrm),
		'your-shop.example': shop,
		'www.googleapis.com': googleDrive,
	});
	return { world, sheet, crm: ourCrm, callScaler: api, mailServer: await MailServer.open() };
}

const written = z.object({ values: z.array(z.array(z.unknown())) });

/** An n8n for the examples, and what is outside of it. */
export class Scene {
	private readonly imports: Imports;

	readonly world: OutsideWorld;

	readonly sheet: Sheet;

	readonly crm: Crm;

	readonly callScaler: CallsApi;

	readonly mailServer: MailServer;

	private constructor(
		readonly n8n: N8n,
		outside: Awaited<ReturnType<typeof openOutside>>,
	) {
		({
			world: this.world,
			sheet: this.sheet,
			crm: this.crm,
			callScaler: this.callScaler,
			mailServer: this.mailServer,
		} = outside);
		this.imports = new Imports(n8n, {
			callScalerApi: {
				name: 'CallScaler API',
				type: 'callScalerApi',
				data: { apiKey: this.callScaler.apiKey, baseUrl: 'https://callscaler.com/api/v1' },
			},
			'n8n-nodes-base.emailSend': {
				name: 'Mail server',
				type: 'smtp',
				data: { host: '127.0.0.1', port: this.mailServer.port, secure: false, disableStartTls: true },
			},
		});
	}

	static async open(): Promise<Scene> {
		const outside = await openOutside();
		return new Scene(await boot({ env: outside.world.environment }), outside);
	}

	async close(): Promise<void> {
		await this.n8n.stop();
		await this.world.close();
		await this.mailServer.close();
		await this.callScaler.close();
	}

	/** What was written to a spreadsheet, row by row, and how each writing was to be understood. */
	sheetRows(): Array<{ mode: string; cells: unknown[] }> {
		const host = 'sheets.googleapis.com';
		const requests = ['PUT', 'POST'].flatMap((method) => this.world.to(host, method, '/v4/spreadsheets/put-the-id'));
		return requests.flatMap(({ path, body }) => {
			const mode = new URL(path, `https://${host}`).searchParams.get('valueInputOption') ?? '';
			const { success, data } = written.safeParse(body);
			return success ? data.values.map((cells) => ({ mode, cells })) : [];
		});
	}

	clear(): void {
		this.world.clear();
		this.sheet.firstRow = undefined;
		this.mailServer.mails.length = 0;
	}

	/** `change` is what the user does to each node beside choosing credentials. */
	async publish(file: string, change?: (node: WorkflowNode) => WorkflowNode): Promise<StoredWorkflow> {
		return await this.imports.publish(file, change);
	}

	async deliver(workflow: StoredWorkflow, trigger: TriggerName, call: Call, secret = SECRET): Promise<Answer> {
		const headers = { [HEADER[trigger]]: `Bearer ${secret}` };
		return await deliver(this.n8n.productionUrl(workflow, trigger), { headers, json: call });
	}

	/** Delivers a call and waits until its run has ended well; gives the answer and what the trigger put out. */
	async run(workflow: StoredWorkflow, trigger: TriggerName, call: Call) {
		const answer = await this.deliver(workflow, trigger, call);
		expect(answer.status).toBe(200);
		const [execution] = await this.n8n.executions.settled(workflow.id);
		const ended = await this.n8n.executions.get(execution?.id ?? '');
		expect({ status: ended.status, error: ended.error }).toEqual({ status: 'success', error: undefined });
		return { answer, items: ended.items(trigger) };
	}
}
