namespace Ropewalk.Dns.Wire;

/// <summary>Is one question as a value.</summary>
/// <param name="Name">The name that is asked for.</param>
/// <param name="Type">The type.</param>
/// <param name="Class">The class.</param>
/// <remarks><b>Spec</b>: RFC 1035 §4.1.2.</remarks>
public sealed record DnsQuestion(DomainName Name, DnsType Type, DnsClass Class = DnsClass.IN)
{
    /// <summary>Prints the question as a line.</summary>
    public override string ToString() => $"{Name} {Class.Mnemonic()} {Type.Mnemonic()}";
}
