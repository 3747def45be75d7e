/** For suites that run on n8n 1.x as they do on 2.x. */
process.env.N8N_HOST = '1.x';
