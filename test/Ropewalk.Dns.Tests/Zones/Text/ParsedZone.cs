using System.Buffers;
using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Text;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Zones.Text;

/// <summary>Is what a parser made of files in memory: records as <c>owner ttl class type rdata</c>, problems as <c>file:line:column violation</c>.</summary>
internal sealed class ParsedZone : IRecordSink
{
    private ParsedZone(MasterFileParser parser) => Parser = parser;

    public MasterFileParser Parser { get; }

    public List<string> Records { get; } = [];

    public List<SourcePosition> Positions { get; } = [];

    public IEnumerable<string> Problems =>
        Parser.Problems.Select(problem => $"{Parser.Files.Locate(problem.Position)} {problem.Violation}");

    public static ParsedZone Of(string text, MasterFileLimits? limits = null, params (string Name, string Text)[] included) =>
        Of(Encoding.Latin1.GetBytes(text), limits, included);

    public static ParsedZone Of(byte[] text, MasterFileLimits? limits = null, params (string Name, string Text)[] included)
    {
        ParsedZone zone = new(new MasterFileParser("z", DomainName.Parse("example.org"), DnsClass.IN, limits));
        zone.Read([("z", text), .. included.Select(file => (file.Name, Encoding.Latin1.GetBytes(file.Text)))]);
        return zone;
    }

    public static ParsedZone At(string file, params (string Name, string Text)[] files)
    {
        ParsedZone zone = new(new MasterFileParser(file, DomainName.Parse("example.org")));
        zone.Read([.. files.Select(one => (one.Name, Encoding.Latin1.GetBytes(one.Text)))]);
        return zone;
    }

    public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default)
    {
        Assert.Equal(DnsViolation.None, WireName.Measure(owner, out int length));
        Assert.Equal(owner.Length, length);
        Assert.Equal(DnsViolation.None, RecordFormat.Of(type, recordClass).Check(rdata));
        Positions.Add(position);
        ArrayBufferWriter<byte> text = new();
        RecordFormat.Of(type, recordClass).Print(rdata, text);
        byte[] name = new byte[DnsLimits.NameTextBytes];
        Records.Add($"{Encoding.ASCII.GetString(name, 0, NameText.Print(owner, name))} {ttl} {recordClass.Mnemonic()} {type.Mnemonic()} {Encoding.ASCII.GetString(text.WrittenSpan)}");
    }

    private void Read((string Name, byte[] Text)[] files)
    {
        while (Parser.Parse(this) == MasterFileStatus.FileWanted)
        {
            byte[]? text = files.FirstOrDefault(file => file.Name == Parser.WantedFile).Text;
            if (text is null)
            {
                Parser.Refuse("there is no such file");
            }
            else
            {
                Parser.Give(text);
            }
        }
    }
}
