namespace Ropewalk.Dns.Wire.Records;

/// <summary>Makes the value of a record type from rdata that has been checked.</summary>
internal delegate Rdata RdataCreation(ref RdataReader reader);
