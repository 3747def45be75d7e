import { type Answer, boot, deliver, type N8n, type StoredWorkflow } from '../../host';
import { Imports, SECRET } from './example';
import { OutsideWorld } from '../../host/outside';
import { crm, googleSheets, hubSpot, type Sheet, shop, slack, twilio } from './outside/services';

export type Call = Record<string, unknown>;

const HEADERS = {
	'QCall Trigger': { Authorization: `Bearer ${SECRET}` },
	'CallScaler Trigger': { 'X-Webhook-Secret': SECRET },
};
export type TriggerName = keyof typeof HEADERS;

/** An n8n for the examples, and the services that they speak to. */
export class Scene {
	private readonly imports: Imports;

	private constructor(
		readonly n8n: N8n,
		readonly world: OutsideWorld,
		readonly sheet: Sheet,
	) {
		this.imports = new Imports(n8n);
	}

	static async open(): Promise<Scene> {
		const sheet: Sheet = {};
		const world = await OutsideWorld.open({
			'api.hubapi.com': hubSpot,
			'api.twilio.com': twilio,
			'sheets.googleapis.com': googleSheets(sheet),
			'slack.com': slack,
			'your-crm.example': crm,
			'your-shop.example': shop,
		});
		return new Scene(await boot({ env: world.environment }), world, sheet);
	}

	async close(): Promise<void> {
		await this.n8n.stop();
		await this.world.close();
	}

	clear(): void {
		this.world.clear();
		this.sheet.firstRow = undefined;
	}

	async publish(file: string): Promise<StoredWorkflow> {
		return await this.imports.publish(file);
	}

	async deliver(workflow: StoredWorkflow, trigger: TriggerName, call: Call): Promise<Answer> {
		return await deliver(this.n8n.productionUrl(workflow, trigger), { headers: HEADERS[trigger], json: call });
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
