using System.Text.Json;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Keeps the server's bans as records: one JSON document each, in the collection <c>irc-bans</c> or what the server's store name makes of it, by kind and mask.</summary>
internal sealed class BanRecords(IRecordStore records, string storeName)
{
    private readonly string _collection = storeName + "-bans";

    /// <summary>Reads all.</summary>
    public async ValueTask<IReadOnlyList<IrcServerBan>> LoadAsync(CancellationToken cancellationToken)
    {
        var bans = new List<IrcServerBan>();
        await foreach (StoredRecord record in records.ReadAllAsync(_collection, cancellationToken: cancellationToken))
        {
            bans.Add(Read(record.Content));
        }

        return bans;
    }

    /// <summary>Keeps a ban, or forgets it.</summary>
    public async ValueTask<bool> KeepAsync(IrcServerBan ban, bool isSet)
    {
        RecordKey key = RecordKey.Of(_collection, $"{(ban.Kind == IrcServerBanKind.Mask ? 'k' : 'd')} {ban.Mask.ToLowerInvariant()}");
        RecordChange change = isSet ? RecordChange.Put(key, Write(ban)) : RecordChange.Delete(key);
        return (await records.ApplyAsync([change])).IsApplied;
    }

    private static byte[] Write(IrcServerBan ban)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteBoolean("isAddress", ban.Kind == IrcServerBanKind.Address);
            json.WriteString("mask", ban.Mask);
            json.WriteString("reason", ban.Reason);
            json.WriteString("by", ban.SetBy);
            json.WriteString("at", ban.SetAt);
            if (ban.Until is { } until)
            {
                json.WriteString("until", until);
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static IrcServerBan Read(ReadOnlyMemory<byte> content)
    {
        using JsonDocument document = JsonDocument.Parse(content);
        JsonElement json = document.RootElement;
        return new IrcServerBan(
            json.GetProperty("isAddress").GetBoolean() ? IrcServerBanKind.Address : IrcServerBanKind.Mask,
            json.GetProperty("mask").GetString()!,
            json.GetProperty("reason").GetString()!,
            json.GetProperty("by").GetString()!,
            json.GetProperty("at").GetDateTimeOffset(),
            json.TryGetProperty("until", out JsonElement until) ? until.GetDateTimeOffset() : null);
    }
}
