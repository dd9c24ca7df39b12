using System.Diagnostics.CodeAnalysis;
using System.Net;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Policies;
using Ropewalk.Storage;
using Ropewalk.Transports.Datagrams;
using Setting = Ropewalk.Cli.Configuration.Schema.Setting;

namespace Ropewalk.Cli.Strands;

/// <summary>Makes a DNS server's options of the settings of <see cref="DnsStrand"/>, and tells what in them is wrong.</summary>
internal sealed class DnsSettings(SectionValues values, ConfigurationProblems? problems)
{
    private const int DnsPort = 53;
    private const int CookieSecretBytes = 16;

    private readonly Dictionary<DomainName, TsigKey> _keys = [];

    /// <summary>Makes the options.</summary>
    /// <param name="values">The settings.</param>
    /// <param name="problems">Is told what is wrong; null if that has been done.</param>
    public static DnsServerOptions Read(SectionValues values, ConfigurationProblems? problems) => new DnsSettings(values, problems).Read();

    /// <summary>Finds the file in a store of its folder: what it includes stays in there.</summary>
    public static bool TryMakeFile(ZoneFile zone, [NotNullWhen(true)] out DnsZoneFile? file)
    {
        file = FileStorePath.TryParse(Path.GetFileName(zone.Path), out FileStorePath? path)
            ? new DnsZoneFile(new DiskFileStore(Path.GetDirectoryName(zone.Path) ?? "/"), path, zone.Zone is { } apex ? DomainName.Parse(apex) : null)
            : null;
        return file is not null;
    }

    private DnsServerOptions Read()
    {
        foreach (string text in values.Get(DnsStrand.Keys))
        {
            AddKey(text);
        }

        return new DnsServerOptions
        {
            ZoneFiles = [.. values.Get(DnsStrand.Zones).Select(FileOf).OfType<DnsZoneFile>()],
            Access = RulesOf(DnsStrand.Access),
            Transfers = RulesOf(DnsStrand.Transfer),
            Notify = [.. values.Get(DnsStrand.Notify).Select(PeerOf).OfType<NotifyPeer>()],
            Keys = new TsigKeyRing(_keys.Values),
            DatagramBytes = values.Get(DnsStrand.DatagramBytes),
            RateLimits = values.Get(DnsStrand.RateLimit) ? RatesOf() : null,
            Cookies = values.Get(DnsStrand.Cookies),
            CookieSecret = CookieSecretOf(),
            Identity = values.Get(DnsStrand.Identity),
            Version = values.Get(DnsStrand.Version),
            Statistics = new DnsStatisticsOptions
            {
                TopNames = values.Get(DnsStrand.TopNames),
                TopClients = values.Get(DnsStrand.TopClients),
                LogEvery = values.Get(DnsStrand.QueryLog),
                LogLinesPerSecond = values.Get(DnsStrand.QueryLogRate),
            },
            Streams = new DnsStreamLimits
            {
                IdleTimeout = values.Get(DnsStrand.IdleTimeout),
                Connections = new ConnectionLimits { Total = values.Get(DnsStrand.MaxConnections), PerAddress = values.Get(DnsStrand.MaxPerAddress), PerIPv6Network = values.Get(DnsStrand.MaxPerAddress) },
            },
        };
    }

    private DnsZoneFile? FileOf(ZoneFile zone)
    {
        if (!TryMakeFile(zone, out DnsZoneFile? file))
        {
            Tell(DnsStrand.Zones, $"'{zone.Path}' is no file's name that can be read here");
        }
        else if (problems is not null && !File.Exists(zone.Path))
        {
            problems.Add(values.OriginOf(DnsStrand.Zones), Directory.Exists(zone.Path) ? $"'{zone.Path}' is a folder, not a zone file" : $"there is no file '{zone.Path}'", isContent: true);
        }

        return file;
    }

    private void AddKey(string text)
    {
        if (!TsigKeyText.TryParse(text, out TsigKey? key, out string? error))
        {
            Tell(DnsStrand.Keys, error);
        }
        else if (!_keys.TryAdd(key.Name.ToLower(), key))
        {
            Tell(DnsStrand.Keys, $"there are two keys with the name {key.Name}");
        }
    }

    private AccessRules RulesOf(Setting<IReadOnlyList<string>> setting)
    {
        IReadOnlyList<string> texts = values.Get(setting);
        if (texts is ["any"])
        {
            return AccessRules.Everybody;
        }

        List<string> errors = [];
        if (!AccessRules.TryParse(texts, errors, out AccessRules? rules))
        {
            errors.ForEach(error => Tell(setting, error));
            rules = AccessRules.Nobody;
        }

        // Also of the rules beside one that is none.
        IEnumerable<DomainName> keys = errors.Count == 0 ? rules.KeyNames : texts.SelectMany(text => AccessRules.TryParse([text], [], out AccessRules? one) ? one.KeyNames : []);
        foreach (DomainName key in keys.Distinct().Where(key => !_keys.ContainsKey(key)))
        {
            TellMissing(setting, key.ToString());
        }

        return rules;
    }

    private NotifyPeer? PeerOf(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        TsigKey? key = null;
        bool hasKey = words is [_, "key", _];
        if (words.Length is not (1 or 3) || (words.Length == 3 && !hasKey) || !IPEndPoint.TryParse(words[0], out IPEndPoint? at))
        {
            Tell(DnsStrand.Notify, $"'{text}' is not ADDRESS[:PORT] [key NAME]");
            return null;
        }

        if (hasKey && (!DomainName.TryParse(words[2], out DomainName? name) || !_keys.TryGetValue(name.ToLower(), out key)))
        {
            TellMissing(DnsStrand.Notify, words[2]);
            return null;
        }

        return new NotifyPeer(new PeerAddress(at.Address, at.Port == 0 ? DnsPort : at.Port), key);
    }

    private ResponseRateLimits RatesOf()
    {
        int rate = values.Get(DnsStrand.RatePerSecond), total = values.Get(DnsStrand.RateTotal);
        // Bursts in the proportion of the defaults.
        return new ResponseRateLimits
        {
            PerSecond = rate,
            Burst = (int)Math.Min(1_000_000L, rate * 5L / 2),
            TotalPerSecond = total,
            TotalBurst = (int)Math.Min(1_000_000L, total * 5L / 2),
            Exempt = RulesOf(DnsStrand.RateExempt),
        };
    }

    private ReadOnlyMemory<byte>? CookieSecretOf()
    {
        if (values.Get(DnsStrand.CookieSecret) is not { } text)
        {
            return null;
        }

        byte[] secret = new byte[CookieSecretBytes];
        if (text.Length == 2 * CookieSecretBytes && Convert.FromHexString(text, secret, out _, out _) == System.Buffers.OperationStatus.Done)
        {
            return secret;
        }

        Tell(DnsStrand.CookieSecret, "it has 32 hexadecimal digits: 16 bytes");
        return null;
    }

    // Of a command line it says the way besides: keys are no option there.
    private void TellMissing(Setting setting, string key)
    {
        bool isTyped = values.OriginOf(setting).Source.Kind == ConfigurationSourceKind.CommandLine;
        Tell(setting, isTyped
            ? $"there is no key {key} among 'keys', which are in a configuration file or in the variable {EnvironmentTree.VariableOf("dns", DnsStrand.Keys.Name)}"
            : $"'{setting.Name}': there is no key {key} among 'keys'");
    }

    private void Tell(Setting setting, string problem) => problems?.Add(values.OriginOf(setting), problem);
}
