using System.Globalization;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Sasl;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Is the table of capabilities: what each is called, and what it says of itself.</summary>
internal static class IrcCapabilityTable
{
    private static readonly (string Name, IrcClientCapabilities Capability)[] Rows =
    [
        (IrcCapabilities.AccountNotify, IrcClientCapabilities.AccountNotify),
        (IrcCapabilities.AccountTag, IrcClientCapabilities.AccountTag),
        (IrcCapabilities.AwayNotify, IrcClientCapabilities.AwayNotify),
        (IrcCapabilities.Batch, IrcClientCapabilities.Batch),
        (IrcCapabilities.CapNotify, IrcClientCapabilities.CapNotify),
        (IrcCapabilities.ChgHost, IrcClientCapabilities.ChgHost),
        (IrcCapabilities.AccountRegistration, IrcClientCapabilities.AccountRegistration),
        (IrcCapabilities.ChatHistory, IrcClientCapabilities.ChatHistory),
        (IrcCapabilities.EventPlayback, IrcClientCapabilities.EventPlayback),
        (IrcCapabilities.EchoMessage, IrcClientCapabilities.EchoMessage),
        (IrcCapabilities.ExtendedJoin, IrcClientCapabilities.ExtendedJoin),
        (IrcCapabilities.ExtendedMonitor, IrcClientCapabilities.ExtendedMonitor),
        (IrcCapabilities.InviteNotify, IrcClientCapabilities.InviteNotify),
        (IrcCapabilities.LabeledResponse, IrcClientCapabilities.LabeledResponse),
        (IrcCapabilities.MessageTags, IrcClientCapabilities.MessageTags),
        (IrcCapabilities.MultiPrefix, IrcClientCapabilities.MultiPrefix),
        (IrcCapabilities.NoImplicitNames, IrcClientCapabilities.NoImplicitNames),
        (IrcCapabilities.Sasl, IrcClientCapabilities.Sasl),
        (IrcCapabilities.ServerTime, IrcClientCapabilities.ServerTime),
        (IrcCapabilities.SetName, IrcClientCapabilities.SetName),
        (IrcCapabilities.StandardReplies, IrcClientCapabilities.StandardReplies),
        (IrcCapabilities.Sts, IrcClientCapabilities.Sts),
        (IrcCapabilities.UserHostInNames, IrcClientCapabilities.UserHostInNames),
    ];

    /// <summary>Finds a capability that a user may ask for, or none.</summary>
    public static IrcClientCapabilities Find(IrcNetwork network, IrcUser user, string name)
    {
        IrcClientCapabilities found = Rows.FirstOrDefault(row => row.Name == name).Capability;
        // IRCv3 sts: it is told, and cannot be asked for.
        return found == IrcClientCapabilities.Sts || Value(network.Options, user, found) is null ? IrcClientCapabilities.None : found;
    }

    /// <summary>Lists what is offered to a user, with values if it speaks version 302.</summary>
    public static IEnumerable<string> Offered(IrcNetwork network, IrcUser user)
    {
        foreach ((string name, IrcClientCapabilities capability) in Rows)
        {
            if (Value(network.Options, user, capability) is { } value && (capability != IrcClientCapabilities.Sts || user.CapabilityVersion >= 302))
            {
                yield return Spell(user, name, value);
            }
        }
    }

    /// <summary>Lists what a user has asked for.</summary>
    public static IEnumerable<string> Enabled(IrcUser user) => Rows.Where(row => user.Has(row.Capability)).Select(row => row.Name);

    /// <summary>Says whether a change of settings may have changed what is offered to anybody.</summary>
    public static bool MayDiffer(IrcNetworkOptions before, IrcNetworkOptions after) =>
        (before.StsPort, before.StsDuration, before.AllowsPlainPasswords, before.AllowsAccountRegistration, before.Limits.HistoryMessages > 0)
        != (after.StsPort, after.StsDuration, after.AllowsPlainPasswords, after.AllowsAccountRegistration, after.Limits.HistoryMessages > 0);

    /// <summary>Compares what is offered to a user before and after a change of settings.</summary>
    /// <param name="user">The user.</param>
    /// <param name="before">The settings before.</param>
    /// <param name="after">The settings after.</param>
    /// <param name="come">Gets what has come, or has another value now, as it is told.</param>
    /// <param name="gone">Gets the names of what has gone.</param>
    /// <returns>What has gone.</returns>
    public static IrcClientCapabilities Compare(IrcUser user, IrcNetworkOptions before, IrcNetworkOptions after, List<string> come, List<string> gone)
    {
        IrcClientCapabilities ended = IrcClientCapabilities.None;
        foreach ((string name, IrcClientCapabilities capability) in Rows)
        {
            string? then = Value(before, user, capability);
            string? now = Value(after, user, capability);
            if (then == now)
            {
                continue;
            }

            if (capability == IrcClientCapabilities.Sts)
            {
                AddSts(user, now, come);
            }
            else if (now is null)
            {
                gone.Add(name);
                ended |= capability;
            }
            else
            {
                come.Add(Spell(user, name, now));
            }
        }

        return ended;
    }

    // IRCv3 sts: it has no meaning without its value, and no CAP DEL ends it. A duration of nothing does, and is said where it counts: on a secure connection.
    private static void AddSts(IrcUser user, string? value, List<string> come)
    {
        if (user.CapabilityVersion >= 302 && (value is not null || user.Peer.IsSecure))
        {
            come.Add(Spell(user, IrcCapabilities.Sts, value ?? "duration=0"));
        }
    }

    // 302: a client that has not said so is told no values.
    private static string Spell(IrcUser user, string name, string value) => value.Length == 0 || user.CapabilityVersion < 302 ? name : name + "=" + value;

    // Null where it is not offered; empty where it is, and says nothing of itself.
    private static string? Value(IrcNetworkOptions options, IrcUser user, IrcClientCapabilities capability) => capability switch
    {
        IrcClientCapabilities.ChatHistory or IrcClientCapabilities.EventPlayback => options.Limits.HistoryMessages > 0 ? "" : null,
        IrcClientCapabilities.AccountRegistration when !options.AllowsAccountRegistration => null,
        IrcClientCapabilities.AccountRegistration => user.Peer.Class.Password is null ? "before-connect,custom-account-name" : "custom-account-name",
        IrcClientCapabilities.Sasl => Mechanisms(options, user),
        IrcClientCapabilities.Sts => options.StsPort is null ? null : Sts(options, user),
        _ => "",
    };

    private static string? Mechanisms(IrcNetworkOptions options, IrcUser user)
    {
        string mechanisms = string.Join(',', user.Peer.SaslMechanisms.Where(name => name != SaslMechanism.Plain || AccountCommands.MayGivePassword(options, user)));
        return mechanisms.Length == 0 ? null : mechanisms;
    }

    // IRCv3 sts: on an insecure connection the port, on a secure one how long that is to be remembered.
    private static string Sts(IrcNetworkOptions options, IrcUser user) => user.Peer.IsSecure
        ? string.Create(CultureInfo.InvariantCulture, $"duration={(long)options.StsDuration.TotalSeconds}")
        : string.Create(CultureInfo.InvariantCulture, $"port={options.StsPort}");
}
