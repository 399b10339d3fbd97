/* The form of a record that is changed where it is shown. */
import { Navigate, useParams } from 'react-router-dom';
import { useModule } from '../meta/metadata';

export default function ToRecord() {
  const { id } = useParams();
  return <Navigate to={`/${useModule().path}/${id ?? ''}`} replace />;
}
