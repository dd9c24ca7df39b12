using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Is what the two services have in common: they are names that answer, and no users.</summary>
internal static class IrcServices
{
    private static ReadOnlySpan<byte> NickServ => "NickServ"u8;

    private static ReadOnlySpan<byte> ChanServ => "ChanServ"u8;

    /// <summary>Says whether a nickname is a service's.</summary>
    public static bool IsService(ReadOnlySpan<byte> nick) => IrcCaseMapping.Ascii.Equals(nick, NickServ) || IrcCaseMapping.Ascii.Equals(nick, ChanServ);

    /// <summary>Finds the service that a target names, with the server behind an at sign or without.</summary>
    /// <returns>Its nickname; empty if the target is none.</returns>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> target)
    {
        int at = target.IndexOf((byte)'@');
        ReadOnlySpan<byte> name = at > 0 ? target[..at] : target;
        return IrcCaseMapping.Ascii.Equals(name, NickServ) ? NickServ : IrcCaseMapping.Ascii.Equals(name, ChanServ) ? ChanServ : default;
    }

    /// <summary>Takes a message to a service.</summary>
    public static void Take(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> service, ReadOnlySpan<byte> text)
    {
        if (service.SequenceEqual(NickServ))
        {
            NicknameService.Take(network, user, Words(text));
        }
        else
        {
            ChannelService.Take(network, user, Words(text));
        }
    }

    /// <summary>Cuts a text into words.</summary>
    public static string[] Words(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Gives the words of NS, CS and their long forms.</summary>
    public static string[] Words(in IrcMessageView message)
    {
        var words = new List<string>();
        for (int i = 0; i < message.ParameterCount; i++)
        {
            words.AddRange(Words(message[i]));
        }

        return [.. words];
    }

    /// <summary>Says something in NickServ's name.</summary>
    public static void SayAsNickServ(this IrcNetwork network, IrcUser user, string text) => Say(network, user, NickServ, text);

    /// <summary>Says something in ChanServ's name.</summary>
    public static void SayAsChanServ(this IrcNetwork network, IrcUser user, string text) => Say(network, user, ChanServ, text);

    private static void Say(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> service, string text)
    {
        network.Output.BeginBareLine().Add((byte)':').Add(service).Add((byte)'!').Add(service).Add((byte)'@').Add(network.ServerName)
            .Add(" NOTICE "u8).Add(user.Nick).Add(" :"u8).Add(text);
        network.Output.Reply();
    }
}
