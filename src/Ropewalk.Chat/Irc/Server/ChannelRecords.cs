using System.Globalization;
using System.Text;
using System.Text.Json;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Network.Commands;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Keeps registered channels as records: one JSON document each, in the collection <c>irc-channels</c> or what the server's store name makes of it, by folded name.</summary>
internal sealed class ChannelRecords(IRecordStore records, string storeName)
{
    private readonly string _collection = storeName + "-channels";

    /// <summary>Reads all.</summary>
    public async ValueTask<IReadOnlyList<IrcChannelRegistration>> LoadAsync(CancellationToken cancellationToken)
    {
        var channels = new List<IrcChannelRegistration>();
        await foreach (StoredRecord record in records.ReadAllAsync(_collection, cancellationToken: cancellationToken))
        {
            channels.Add(Read(record.Content));
        }

        return channels;
    }

    /// <summary>Keeps a channel, or forgets it.</summary>
    public async ValueTask<bool> KeepAsync(byte[] name, IrcChannelRegistration? registration)
    {
        RecordKey key = RecordKey.Of(_collection, Encoding.UTF8.GetString(IrcCaseMapping.Ascii.Fold(name)));
        RecordChange change = registration is null ? RecordChange.Delete(key) : RecordChange.Put(key, Write(registration));
        return (await records.ApplyAsync([change])).IsApplied;
    }

    /// <summary>Writes a registration as JSON.</summary>
    public static byte[] Write(IrcChannelRegistration channel)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("name", channel.Name);
            json.WriteString("founder", channel.Founder);
            json.WriteNumber("founderSince", channel.FounderSince);
            json.WriteString("registered", channel.RegisteredAt);
            json.WriteString("modes", IrcModeLetters.Spell(channel.Modes));
            json.WriteNumber("limit", channel.Limit);
            WriteOptional(json, "key", channel.Key);
            WriteOptional(json, "topic", channel.Topic);
            json.WriteString("topicBy", channel.TopicSetBy);
            json.WriteString("topicAt", channel.TopicSetAt);
            json.WriteStartObject("access");
            foreach ((byte[] account, IrcAccess access) in channel.Access)
            {
                json.WriteString(Encoding.UTF8.GetString(account), string.Create(CultureInfo.InvariantCulture, $"{IrcModeLetters.Spell(access.Ranks)} {access.Since}"));
            }

            json.WriteEndObject();
            WriteList(json, "bans", channel.Bans);
            WriteList(json, "exceptions", channel.BanExceptions);
            WriteList(json, "invitations", channel.InviteExceptions);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    public static IrcChannelRegistration Read(ReadOnlyMemory<byte> content)
    {
        using JsonDocument document = JsonDocument.Parse(content);
        JsonElement json = document.RootElement;
        return new IrcChannelRegistration
        {
            Name = Bytes(json, "name")!,
            Founder = Bytes(json, "founder")!,
            FounderSince = json.TryGetProperty("founderSince", out JsonElement since) ? since.GetInt64() : 0,
            RegisteredAt = json.GetProperty("registered").GetDateTimeOffset(),
            Modes = IrcModeLetters.ParseChannel(json.GetProperty("modes").GetString()!),
            Limit = json.GetProperty("limit").GetInt32(),
            Key = Bytes(json, "key"),
            Topic = Bytes(json, "topic"),
            TopicSetBy = Bytes(json, "topicBy") ?? [],
            TopicSetAt = json.GetProperty("topicAt").GetDateTimeOffset(),
            Access = json.GetProperty("access").EnumerateObject().ToDictionary(
                entry => Encoding.UTF8.GetBytes(entry.Name), entry => Access(entry.Value.GetString()!), (IEqualityComparer<byte[]>)IrcCaseMapping.Ascii),
            Bans = List(json, "bans"),
            BanExceptions = List(json, "exceptions"),
            InviteExceptions = List(json, "invitations"),
        };
    }

    // Letters of ranks, a space and when the account was made; the time was not always there.
    private static IrcAccess Access(string text)
    {
        string[] words = text.Split(' ');
        IrcMemberModes ranks = words[0].Aggregate(IrcMemberModes.None, (sum, letter) => sum | IrcModeLetters.Rank(letter));
        return new IrcAccess(ranks, words.Length > 1 ? long.Parse(words[1], CultureInfo.InvariantCulture) : 0);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, byte[]? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<IrcMaskEntry> entries)
    {
        json.WriteStartArray(name);
        foreach (IrcMaskEntry entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("mask", entry.Mask);
            json.WriteString("by", entry.SetBy);
            json.WriteString("at", entry.SetAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IrcMaskEntry[] List(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(entry => new IrcMaskEntry(Bytes(entry, "mask")!, Bytes(entry, "by")!, entry.GetProperty("at").GetDateTimeOffset()))];

    private static byte[]? Bytes(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? Encoding.UTF8.GetBytes(value.GetString()!) : null;
}
