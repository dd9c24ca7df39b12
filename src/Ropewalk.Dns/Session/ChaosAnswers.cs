using System.Text;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Answers questions about the server itself, in the class CHAOS: only what the operator wants to be told. <b>Spec</b>: RFC 4892.</summary>
internal sealed class ChaosAnswers
{
    private static readonly byte[][] VersionNames = [Wire("version.bind"), Wire("version.server")];
    private static readonly byte[][] IdentityNames = [Wire("id.server"), Wire("hostname.bind")];

    private readonly byte[]? _version;
    private readonly byte[]? _identity;

    public ChaosAnswers(string? version, ReadOnlyMemory<byte> identity)
    {
        _version = version is null ? null : AsText(Encoding.UTF8.GetBytes(version));
        _identity = identity.IsEmpty ? null : AsText(identity.Span);
    }

    /// <summary>Writes the answer, and gives the result.</summary>
    /// <param name="writer">The message.</param>
    /// <param name="query">The question.</param>
    /// <param name="isTruncated">Whether the answer does not fit.</param>
    public DnsResponseCode Write(ref DnsMessageWriter writer, in QueryMessage query, out bool isTruncated)
    {
        isTruncated = false;
        byte[]? text = IsOneOf(query.Name, VersionNames) ? _version : IsOneOf(query.Name, IdentityNames) ? _identity : null;
        if (text is null || query.Type is not (DnsType.TXT or DnsType.ANY))
        {
            return DnsResponseCode.Refused;
        }

        writer.GoTo(DnsSection.Answer);
        isTruncated = !writer.TryWriteRecordAt(DnsLimits.HeaderBytes, DnsType.TXT, DnsClass.CH, 0, text);
        return DnsResponseCode.NoError;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> name, byte[][] names) => WireName.Equal(name, names[0]) || WireName.Equal(name, names[1]);

    private static byte[] Wire(string name) => DomainName.Parse(name).Wire.ToArray();

    private static byte[] AsText(ReadOnlySpan<byte> text) => [(byte)text.Length, .. text];
}
