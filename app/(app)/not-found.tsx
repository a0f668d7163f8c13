import { NothingHere } from '../../components/message/nothing-here.tsx';

/** A sound or a kind that is not there: the shell stays. */
export default NothingHere;
