using Ropewalk.Dns.Wire;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is a question of a test.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
/// <param name="EdnsBytes">The size that EDNS tells; zero without EDNS.</param>
/// <param name="DnssecOk">Whether signatures are wanted.</param>
internal sealed record DnsTestQuestion(DomainName Name, DnsType Type, int EdnsBytes, bool DnssecOk)
{
    public static DnsTestQuestion Of(string name, string type, bool dnssecOk = false)
    {
        Assert.True(DnsTypes.TryParse(type, out DnsType parsed));
        return new(DomainName.Parse(name), parsed, 1232, dnssecOk);
    }

    /// <summary>Makes the message.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="recursionDesired">Whether a resolver is asked.</param>
    public byte[] Message(int id, bool recursionDesired = false)
    {
        byte[] message = new byte[300];
        var writer = new DnsMessageWriter(message);
        writer.TryWriteQuestion(Name.Wire, Type, DnsClass.IN);
        if (EdnsBytes > 0)
        {
            writer.TryBeginOpt(EdnsBytes, dnssecOk: DnssecOk);
            writer.EndOpt();
        }

        return message[..writer.Finish(new DnsHeader((ushort)id, 0) { RecursionDesired = recursionDesired })];
    }

    public override string ToString() => $"{Name} {Type.Mnemonic()}{(EdnsBytes > 0 ? $" size={EdnsBytes}" : "")}{(DnssecOk ? " do" : "")}";
}
