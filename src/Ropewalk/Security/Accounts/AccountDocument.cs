using System.Buffers;
using System.Text.Json;
using Ropewalk.Storage;

namespace Ropewalk.Security.Accounts;

/// <summary>Writes and reads the record of an account: a JSON object, so that an operator can read it.</summary>
internal static class AccountDocument
{
    /// <summary>The most certificates of one account: some devices of one person.</summary>
    public const int MaxCertificates = 16;

    private const int MaxAttributes = 64;
    private const int MaxAttributeName = 64;
    private const int MaxAttributeValue = 1024;

    // RFC 5321 §4.5.3.1.3: a path of 256 with its angle brackets
    private const int MaxEmail = 254;

    /// <summary>Tells whether an account holds no more than it may.</summary>
    public static bool Fits(Account account) =>
        account.Certificates.Count <= MaxCertificates
        && account.Certificates.Distinct().Count() == account.Certificates.Count
        && (account.Email?.Length ?? 0) <= MaxEmail
        && account.Attributes.Count <= MaxAttributes
        && account.Attributes.All(pair => pair.Key.Length is >= 1 and <= MaxAttributeName && pair.Value.Length <= MaxAttributeValue);

    /// <summary>Writes an account.</summary>
    public static ReadOnlyMemory<byte> Encode(Account account)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("name", account.Name.Display);
        if (account.Email is { } email)
        {
            json.WriteString("email", email);
        }

        json.WriteString("created", account.Created);
        json.WriteBoolean("verified", account.IsVerified);
        json.WriteBoolean("suspended", account.IsSuspended);
        if (account.Credential is { } credential)
        {
            json.WriteStartObject("scram-sha-256");
            json.WriteBase64String("salt", credential.Salt);
            json.WriteNumber("iterations", credential.Iterations);
            json.WriteBase64String("stored-key", credential.StoredKey);
            json.WriteBase64String("server-key", credential.ServerKey);
            json.WriteEndObject();
        }

        json.WriteStartArray("certificates");
        foreach (CertificateFingerprint certificate in account.Certificates)
        {
            json.WriteStringValue(certificate.ToString());
        }

        json.WriteEndArray();
        json.WriteStartObject("attributes");
        foreach ((string name, string value) in account.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    /// <summary>Reads an account.</summary>
    /// <exception cref="RecordStoreException">The record is damaged.</exception>
    public static Account Decode(StoredRecord record)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(record.Content);
            JsonElement json = document.RootElement;
            return new Account
            {
                Name = AccountName.Parse(json.GetProperty("name").GetString()!),
                Email = json.TryGetProperty("email", out JsonElement email) ? email.GetString() : null,
                Created = json.GetProperty("created").GetDateTimeOffset(),
                IsVerified = json.GetProperty("verified").GetBoolean(),
                IsSuspended = json.GetProperty("suspended").GetBoolean(),
                Credential = json.TryGetProperty("scram-sha-256", out JsonElement credential) ? DecodeCredential(credential) : null,
                Certificates = [.. json.GetProperty("certificates").EnumerateArray().Select(DecodeFingerprint)],
                Attributes = json.GetProperty("attributes").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!),
                Version = record.Version,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            // the cause is left out: its message may quote what is stored
            throw new RecordStoreException(RecordStoreFailure.Corrupt, "read an account in", $"the record {record.Key} is damaged; this account cannot be used until it is mended or deleted");
        }
    }

    private static ScramCredential DecodeCredential(JsonElement json) =>
        ScramCredential.TryRestore(
            json.GetProperty("salt").GetBytesFromBase64(),
            json.GetProperty("iterations").GetInt32(),
            json.GetProperty("stored-key").GetBytesFromBase64(),
            json.GetProperty("server-key").GetBytesFromBase64(),
            out ScramCredential? credential)
            ? credential
            : throw new FormatException();

    private static CertificateFingerprint DecodeFingerprint(JsonElement json) =>
        CertificateFingerprint.TryParse(json.GetString(), out CertificateFingerprint? fingerprint) ? fingerprint : throw new FormatException();
}
