namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Is one option as it lies in an OPT record.</summary>
/// <remarks><b>Lifetime</b>: as long as the message's bytes.</remarks>
public readonly ref struct EdnsOption
{
    internal EdnsOption(EdnsOptionCode code, ReadOnlySpan<byte> value)
    {
        Code = code;
        Value = value;
    }

    /// <summary>Gets what it is.</summary>
    public EdnsOptionCode Code { get; }

    /// <summary>Gets its bytes.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
