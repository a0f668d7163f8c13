'use client';

import { Failure } from '../../components/message/failure.tsx';

/** A failure of one page: the shell stays, and so does what plays and uploads. */
export default Failure;
