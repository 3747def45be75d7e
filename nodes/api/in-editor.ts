import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	IDataObject,
	ILoadOptionsFunctions,
	INodeCredentialTestResult,
	INodePropertyOptions,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { CallsApi } from '../provider/calls-api';
import { shown } from '../provider/comparing';
import type { Provider } from '../provider/provider';
import { accessOfTest, accessTo } from './access';
import { namesIn } from './pages';
import { troubleOf } from './trouble';

/** What there is to catch up on, by name, for the user to choose from. */
export async function loadChoices<Call extends IDataObject>(
	context: ILoadOptionsFunctions,
	provider: Provider<Call>,
	api: CallsApi<Call>,
): Promise<INodePropertyOptions[]> {
	try {
		const choices = await namesIn(await accessTo(context, provider, api), api.choices);
		return [...choices]
			.map(([value, [name = value]]) => ({ name: shown(name), value }))
			.sort((a, b) => a.name.localeCompare(b.name));
	} catch (error) {
		// Any other error may hold the request, and with it the key.
		throw new NodeOperationError(context.getNode(), sentence(error, provider, api));
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
		const { size } = await namesIn(accessOfTest(context, provider, api, data), api.choices);
		const choices = `${size} ${size === 1 ? api.chosen.one : api.chosen.more}`;
		return { status: 'OK', message: `${provider.title} accepts this key and tells of ${choices}.` };
	} catch (error) {
		return { status: 'Error', message: sentence(error, provider, api) };
	}
}

function sentence<Call extends IDataObject>(error: unknown, { title }: Provider<Call>, api: CallsApi<Call>): string {
	const { message } = troubleOf(error, { ...api, title });
	return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
