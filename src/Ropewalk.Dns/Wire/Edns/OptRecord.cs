using System.Diagnostics.CodeAnalysis;

namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Is the OPT record of a message as a value, for clients and tools; servers look at an <see cref="EdnsView"/>.</summary>
/// <param name="DatagramBytes">How long a datagram the sender can take.</param>
/// <param name="Version">The version; 0 is the only one there is.</param>
/// <param name="DnssecOk">Whether signatures are wanted, or, in an answer, were (DO).</param>
/// <param name="Options">The options in their order.</param>
/// <remarks><b>Spec</b>: RFC 6891 §6.1. The upper bits of the result are in <see cref="DnsMessage.ResponseCode"/>.</remarks>
public sealed record OptRecord(int DatagramBytes, byte Version = 0, bool DnssecOk = false, ValueList<OptOption> Options = default)
{
    /// <summary>Makes the value of an OPT record as it lies in a message.</summary>
    public static OptRecord Of(scoped in EdnsView edns)
    {
        List<OptOption> options = [];
        foreach (EdnsOption option in edns)
        {
            options.Add(new(option.Code, new Octets(option.Value)));
        }

        return new(edns.DatagramBytes, edns.Version, edns.DnssecOk, [.. options]);
    }

    /// <summary>Finds the first option with a code.</summary>
    public bool TryFind(EdnsOptionCode code, [NotNullWhen(true)] out OptOption? option)
    {
        option = Options.FirstOrDefault(candidate => candidate.Code == code);
        return option is not null;
    }

    internal bool TryWrite(ref DnsMessageWriter writer, DnsResponseCode code)
    {
        if (!writer.TryBeginOpt(DatagramBytes, code, DnssecOk, Version))
        {
            return false;
        }

        foreach (OptOption option in Options)
        {
            if (!writer.TryWriteOption(option.Code, option.Value.Span))
            {
                return false;
            }
        }

        writer.EndOpt();
        return true;
    }
}
