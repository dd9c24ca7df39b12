using System.Globalization;
using Ropewalk.Chat.Irc.Wire;

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

    /// <summary>Finds a capability that may be asked for, or none.</summary>
    public static IrcClientCapabilities Find(IrcNetwork network, string name)
    {
        IrcClientCapabilities found = Rows.FirstOrDefault(row => row.Name == name).Capability;
        // IRCv3 sts: it is told, and cannot be asked for.
        return found == IrcClientCapabilities.Sts || !IsOffered(network, found) ? IrcClientCapabilities.None : found;
    }

    /// <summary>Lists what is offered to a user, with values if it speaks version 302.</summary>
    public static IEnumerable<string> Offered(IrcNetwork network, IrcUser user)
    {
        foreach ((string name, IrcClientCapabilities capability) in Rows)
        {
            if (capability == IrcClientCapabilities.Sts)
            {
                if (network.Options.StsPort is not null && user.CapabilityVersion >= 302)
                {
                    yield return name + "=" + Sts(network, user);
                }
            }
            else if (IsOffered(network, capability))
            {
                string value = user.CapabilityVersion >= 302 ? Value(user, capability) : "";
                yield return value.Length == 0 ? name : name + "=" + value;
            }
        }
    }

    /// <summary>Lists what a user has asked for.</summary>
    public static IEnumerable<string> Enabled(IrcUser user) => Rows.Where(row => user.Has(row.Capability)).Select(row => row.Name);

    private static bool IsOffered(IrcNetwork network, IrcClientCapabilities capability) => capability switch
    {
        IrcClientCapabilities.ChatHistory or IrcClientCapabilities.EventPlayback => network.Limits.HistoryMessages > 0,
        IrcClientCapabilities.AccountRegistration => network.Options.AllowsAccountRegistration,
        _ => true,
    };

    private static string Value(IrcUser user, IrcClientCapabilities capability) => capability switch
    {
        IrcClientCapabilities.Sasl => string.Join(',', user.Peer.SaslMechanisms),
        IrcClientCapabilities.AccountRegistration => user.Peer.Class.Password is null ? "before-connect,custom-account-name" : "custom-account-name",
        _ => "",
    };

    // IRCv3 sts: on an insecure connection the port, on a secure one how long that is to be remembered.
    private static string Sts(IrcNetwork network, IrcUser user) => user.Peer.IsSecure
        ? string.Create(CultureInfo.InvariantCulture, $"duration={(long)network.Options.StsDuration.TotalSeconds}")
        : string.Create(CultureInfo.InvariantCulture, $"port={network.Options.StsPort}");
}
