namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Names how a number is written as text.</summary>
internal enum NumberKind
{
    Decimal,
    Duration,
    Timestamp,
    Type,
    Algorithm,
    NamedAlgorithm,
    CertificateType,
    ErrorCode,
}
