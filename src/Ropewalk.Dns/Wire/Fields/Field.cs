namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Makes the fields that record types are described with.</summary>
internal static class Field
{
    /// <summary>Makes a number of 8 bits.</summary>
    public static RecordField U8(string name) => new NumberField(name, 1);

    /// <summary>Makes a number of 16 bits.</summary>
    public static RecordField U16(string name) => new NumberField(name, 2);

    /// <summary>Makes a number of 32 bits.</summary>
    public static RecordField U32(string name) => new NumberField(name, 4);

    /// <summary>Makes a number of 48 bits.</summary>
    public static RecordField U48(string name) => new NumberField(name, 6);

    /// <summary>Makes a duration of 32 bits in seconds, parsed with or without units (<c>1h30m</c>).</summary>
    public static RecordField Duration(string name) => new NumberField(name, 4, NumberKind.Duration);

    /// <summary>Makes a point in time of 32 bits, YYYYMMDDHHmmSS. <b>Spec</b>: RFC 4034 §3.2.</summary>
    public static RecordField Timestamp(string name) => new NumberField(name, 4, NumberKind.Timestamp);

    /// <summary>Makes a record type.</summary>
    public static RecordField Type(string name) => new NumberField(name, 2, NumberKind.Type);

    /// <summary>Makes an algorithm of DNSSEC, printed as its number and parsed by its mnemonic too.</summary>
    public static RecordField Algorithm(string name) => new NumberField(name, 1, NumberKind.Algorithm);

    /// <summary>Makes a domain name.</summary>
    public static RecordField Name(string name, NameUse use) => new NameField(name, use);

    /// <summary>Makes any number of names to the end, never compressed.</summary>
    public static RecordField Names(string name) => new NamesField(name);

    /// <summary>Makes an address of IPv4.</summary>
    public static RecordField Ipv4(string name) => new AddressField(name, 4);

    /// <summary>Makes an address of IPv6.</summary>
    public static RecordField Ipv6(string name) => new AddressField(name, 16);

    /// <summary>Makes a character-string. <b>Spec</b>: RFC 1035 §3.3.</summary>
    public static RecordField Text(string name) => new TextField(name);

    /// <summary>Makes one character-string or more, to the end.</summary>
    public static RecordField Texts(string name) => new TextsField(name);

    /// <summary>Makes a text to the end, without a length of its own.</summary>
    public static RecordField LongText(string name, int leastBytes = 0) => new LongTextField(name, leastBytes);

    /// <summary>Makes bytes to the end, written in hexadecimal.</summary>
    public static RecordField Hex(string name, int leastBytes = 1) => new BinaryField(name, BinaryForm.Hex, leastBytes);

    /// <summary>Makes bytes to the end, written in base 64.</summary>
    public static RecordField Base64(string name, int leastBytes = 1) => new BinaryField(name, BinaryForm.Base64, leastBytes);

    /// <summary>Makes a set of types, to the end. <b>Spec</b>: RFC 4034 §4.1.2.</summary>
    public static RecordField TypeBitmap(string name) => new TypeBitmapField(name);
}
