/** On a loaded CI machine a test of real processes may meet a limit of time: it is tried once more, and both are told. */
if (process.env["CI"] !== undefined) jest.retryTimes(1, { logErrorsBeforeRetry: true });
