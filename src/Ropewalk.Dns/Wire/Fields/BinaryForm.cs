namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Names how bytes are written as text.</summary>
internal enum BinaryForm
{
    Hex,
    Base64,
    Base32Hex,
}
