import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	IDataObject,
	ILoadOptionsFunctions,
	INodeCredentialTestResult,
	INodePropertyOptions,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { CallsApi } from '../provider/calls-api';
import type { Provider } from '../provider/provider';
import { accessOf, accessTo, askApi, parse, problemWith, TIMEOUT_IN_SECONDS, unreachable } from './api';
import { ApiTrouble, trouble } from './api-trouble';
import { readList, textUnder } from './read-list';

/** The account's call flows, by name, for the user to choose from. */
export async function loadCallFlows<Call extends IDataObject>(
	context: ILoadOptionsFunctions,
	provider: Provider<Call>,
	api: CallsApi<Call>,
): Promise<INodePropertyOptions[]> {
	try {
		const access = await accessTo(context, provider, api);
		const { body } = await askApi(async (request) => await context.helpers.httpRequest(request), access, api.callFlows);
		const list = readList(body, api.listNames);
		if (list === undefined) throw trouble.noList(access);
		return list.rows
			.flatMap((row) => {
				const value = textUnder(row, api.idNames);
				return value === undefined ? [] : [{ name: textUnder(row, ['name']) ?? value, value }];
			})
			.sort((a, b) => a.name.localeCompare(b.name));
	} catch (error) {
		// Any other error may hold the request, and with it the key.
		const known = error instanceof ApiTrouble ? error : trouble.noList({ ...api, title: provider.title });
		throw new NodeOperationError(context.getNode(), sentence(known));
	}
}

const answered = z.object({
	statusCode: z.number(),
	headers: z.record(z.string(), z.unknown()).default({}),
	body: z.unknown(),
});

/** The Test button of the credential: asks the API and says what is wrong, and what to do. */
export async function testApiCredential<Call extends IDataObject>(
	context: ICredentialTestFunctions,
	data: ICredentialDataDecryptedObject | undefined,
	provider: Provider<Call>,
	api: CallsApi<Call>,
): Promise<INodeCredentialTestResult> {
	try {
		const access = accessOf(provider, api, data);
		const { helpers } = context;
		// The only request that n8n offers to the test of a credential.
		const answer = await helpers
			.request({
				uri: access.baseUrl + api.callFlows.path,
				headers: { Authorization: `Bearer ${access.apiKey}`, Accept: 'application/json' },
				timeout: TIMEOUT_IN_SECONDS * 1000,
				followRedirect: false,
				simple: false,
				resolveWithFullResponse: true,
			})
			.catch((error: unknown) => {
				throw unreachable(access, error);
			});
		const { statusCode, headers, body } = answered.parse(answer);
		const wrong = problemWith(access, statusCode, headers['retry-after']);
		if (wrong !== undefined) throw wrong;
		const list = readList(typeof body === 'string' ? parse(access, body) : body, api.listNames);
		if (list === undefined) throw trouble.noList(access);
		const flows = `${list.rows.length} ${list.rows.length === 1 ? 'call flow' : 'call flows'}`;
		return { status: 'OK', message: `${provider.title} accepts this key and tells of ${flows}.` };
	} catch (error) {
		const known = error instanceof ApiTrouble ? error : trouble.noList({ ...api, title: provider.title });
		return { status: 'Error', message: sentence(known) };
	}
}

function sentence({ message }: ApiTrouble): string {
	return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
