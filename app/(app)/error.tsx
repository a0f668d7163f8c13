'use client';

import { FailureMessage } from '../../components/message/failure-message.tsx';

/** A failure of one page: the shell stays, and so does what plays and uploads. */
export default FailureMessage;
