import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	IDataObject,
	ILoadOptionsFunctions,
	INodeCredentialTestResult,
	INodePropertyOptions,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { shown } from '../provider/comparing';
import type { CallsApi } from '../provider/calls-api';
import type { Provider } from '../provider/provider';
import type { Access, Send } from './api';
import { accessOf, accessTo, askApi, sendByTest } from './api';
import { ApiTrouble, trouble } from './api-trouble';
import { inOneLine } from './in-one-line';
import { readPages } from './pages';
import { textUnder } from './read-list';

/** The account's call flows, by name, for the user to choose from. */
export async function loadCallFlows<Call extends IDataObject>(
	context: ILoadOptionsFunctions,
	provider: Provider<Call>,
	api: CallsApi<Call>,
): Promise<INodePropertyOptions[]> {
	try {
		const found = await callFlowsOf(
			await accessTo(context, provider, api),
			async (request) => await context.helpers.httpRequest(request),
			api,
		);
		return [...found]
			.map(([value, name]) => ({ name: shown(inOneLine(name)), value }))
			.sort((a, b) => a.name.localeCompare(b.name));
	} catch (error) {
		// Any other error may hold the request, and with it the key.
		throw new NodeOperationError(context.getNode(), sentence(error));
	}
}

/** The Test button of the credential: asks the API and says what is wrong, and what to do. */
export async function testApiCredential<Call extends IDataObject>(
	context: ICredentialTestFunctions,
	data: ICredentialDataDecryptedObject | undefined,
	provider: Provider<Call>,
	api: CallsApi<Call>,
): Promise<INodeCredentialTestResult> {
	try {
		const { size } = await callFlowsOf(accessOf(provider, api, data), sendByTest(context), api);
		const flows = `${size} ${size === 1 ? 'call flow' : 'call flows'}`;
		return { status: 'OK', message: `${provider.title} accepts this key and tells of ${flows}.` };
	} catch (error) {
		return { status: 'Error', message: sentence(error) };
	}
}

/** The names of all call flows, by their ids. */
async function callFlowsOf<Call extends IDataObject>(
	access: Access,
	send: Send,
	{ callFlows, listNames, rowsOfAPage, idNames, namesOfACallFlow }: CallsApi<Call>,
): Promise<Map<string, string>> {
	const found = new Map<string, string>();
	await readPages({
		...{ named: access, listNames, rowsOfAPage },
		ask: async (cursor) => await askApi(send, access, callFlows(cursor)),
		take: (rows) => {
			const before = found.size;
			for (const row of rows) {
				const id = textUnder(row, idNames);
				if (id !== undefined) found.set(id, textUnder(row, namesOfACallFlow) ?? id);
			}
			return found.size > before;
		},
	});
	return found;
}

function sentence(error: unknown): string {
	const { message } = error instanceof ApiTrouble ? error : trouble.unexpected(error);
	return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
