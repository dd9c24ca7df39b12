using System.Buffers.Binary;
using System.Security.Cryptography;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Cli.Strands;

/// <summary>Is the zone that is inside the program: <c>ropewalk.test</c>.</summary>
internal static class SampleZone
{
    private const string Name = "ropewalk.test.zone";

    /// <summary>Makes the zone.</summary>
    public static Zone Make()
    {
        DomainName apex = MasterFileApex.FromFileName(Name)!;
        var builder = new ZoneBuilder(apex, MakeHash());
        var parser = new MasterFileParser(Name, apex);
        parser.Give(EmbeddedFiles.Read("SampleZone/" + Name));
        parser.Parse(builder);
        return builder.Build();
    }

    /// <summary>Makes what hashes the names of a zone, with a secret of its own.</summary>
    public static NameHash MakeHash()
    {
        Span<byte> seed = stackalloc byte[16];
        RandomNumberGenerator.Fill(seed);
        return new NameHash(BinaryPrimitives.ReadUInt64LittleEndian(seed), BinaryPrimitives.ReadUInt64LittleEndian(seed[8..]));
    }
}
