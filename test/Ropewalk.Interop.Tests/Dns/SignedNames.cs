using System.Globalization;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is the zone <c>example.test</c> signed by BIND's tools, with the key that validators are told to trust.</summary>
internal sealed class SignedNames
{
    private SignedNames(SampleFolder folder, string zoneFile, string anchorFile, string keyFile)
    {
        Folder = folder;
        ZoneFile = zoneFile;
        AnchorFile = anchorFile;
        KeyFile = keyFile;
    }

    /// <summary>Gets the folder that all is in.</summary>
    public SampleFolder Folder { get; }

    /// <summary>Gets the signed zone.</summary>
    public string ZoneFile { get; }

    /// <summary>Gets the key as BIND's configuration has it.</summary>
    public string AnchorFile { get; }

    /// <summary>Gets the key as a DNSKEY record.</summary>
    public string KeyFile { get; }

    /// <summary>Makes keys, and signs.</summary>
    /// <param name="algorithm">The keys' algorithm.</param>
    /// <param name="denial">The options of dnssec-signzone that say how it is proven that a name is not there.</param>
    public static async Task<SignedNames> MakeAsync(string algorithm, params string[] denial)
    {
        var generate = ExternalProgram.Find("dnssec-keygen", "bind9-utils", isPeer: false);
        var sign = ExternalProgram.Find("dnssec-signzone", "bind9-utils", isPeer: false);
        var folder = new SampleFolder();
        string plain = folder.Write("plain.zone", SampleNames.Version(1)), signed = folder.PathOf("signed.zone"), keys = folder.PathOf("");
        string trusted = (await generate.RunAsync(["-q", "-K", keys, "-a", algorithm, "-f", "KSK", SampleNames.Zone])).Expect().Output.Trim();
        (await generate.RunAsync(["-q", "-K", keys, "-a", algorithm, SampleNames.Zone])).Expect();
        (await sign.RunAsync(["-q", "-S", "-K", keys, "-o", SampleNames.Zone, "-f", signed, .. denial, plain], timeout: TimeSpan.FromSeconds(60))).Expect();

        string key = File.ReadLines(folder.PathOf(trusted + ".key")).Single(line => !line.StartsWith(';'));
        string[] words = key.Split(' ', 7);
        string anchor = string.Create(CultureInfo.InvariantCulture, $"trust-anchors {{ \"{SampleNames.Zone}\" static-key {words[3]} {words[4]} {words[5]} \"{words[6]}\"; }};\n");
        return new SignedNames(folder, signed, folder.Write("anchor.conf", anchor), folder.Write("anchor.key", key + "\n"));
    }
}
