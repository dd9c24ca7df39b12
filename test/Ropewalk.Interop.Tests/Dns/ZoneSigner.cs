using System.Text;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Signs zones with BIND's tools. One key signs all: its files are copied under each zone's name.</summary>
internal sealed class ZoneSigner(string folder)
{
    private string _key = "";

    /// <summary>Gets the DNSKEY record of a zone, as a trust anchor is written.</summary>
    public async Task<string> AnchorOfAsync(string apex)
    {
        string key = await ReadKeyAsync();
        return $"{apex} IN {key[key.IndexOf("DNSKEY", StringComparison.Ordinal)..]}";
    }

    /// <summary>Gets the DS records of a zone that has been signed.</summary>
    public Task<string> SignersOfAsync(string apex) => File.ReadAllTextAsync(Path.Combine(folder, "dsset-" + apex));

    /// <summary>Signs a zone, if it is to be signed.</summary>
    /// <param name="apex">The zone's name, with its dot.</param>
    /// <param name="text">Its master file.</param>
    /// <param name="signing">How.</param>
    /// <returns>The master file of the zone as it is served.</returns>
    public async Task<string> SignAsync(string apex, string text, ZoneSigning signing)
    {
        if (signing == ZoneSigning.None)
        {
            return text;
        }

        string anchor = await AnchorOfAsync(apex), name = Path.Combine(folder, $"K{apex}{_key[(_key.IndexOf(".+", StringComparison.Ordinal) + 1)..]}");
        await File.WriteAllTextAsync(name + ".key", anchor);
        File.Copy(Path.Combine(folder, _key + ".private"), name + ".private", overwrite: true);
        string unsigned = Path.Combine(folder, apex + "unsigned");
        await File.WriteAllTextAsync(unsigned, text + anchor + "\n", new UTF8Encoding(false));
        string[] denial = signing switch
        {
            ZoneSigning.Nsec3 => ["-3", "-", "-H", "0"],
            ZoneSigning.Nsec3Salted => ["-3", "ABCD", "-H", "3"],
            ZoneSigning.Nsec3OptOut => ["-3", "-", "-H", "0", "-A"],
            _ => [],
        };
        (await ExternalProgram.Find("dnssec-signzone", "bind9-utils", isPeer: false)
            .RunAsync(["-z", "-P", "-n", "1", "-O", "full", .. denial, "-K", folder, "-d", folder, "-o", apex, "-f", unsigned + ".signed", unsigned, name])).Expect();
        return await File.ReadAllTextAsync(unsigned + ".signed");
    }

    private async Task<string> ReadKeyAsync()
    {
        if (_key.Length == 0)
        {
            ProgramResult made = (await ExternalProgram.Find("dnssec-keygen", "bind9-utils", isPeer: false).RunAsync(["-q", "-K", folder, "-a", "ECDSAP256SHA256", "-f", "KSK", "key.test."])).Expect();
            _key = made.Output.Trim();
        }

        return (await File.ReadAllLinesAsync(Path.Combine(folder, _key + ".key"))).Single(line => !line.StartsWith(';'));
    }
}
